/**
 * Completion in a text box: after a trigger character, such as the colon of `:tada:`, a list offers what fits.
 * Arrows choose, Enter or Tab inserts, Escape closes the list.
 *
 * To add a trigger, write a module that makes a `Trigger` (see `emoji/emoji-trigger.js`), and add it to
 * `triggers` in `open-conversation.js`: the composer and the editor of messages both get that list.
 */

import { closest, draw, fill, one } from "../core/dom.js";
import { ngettext } from "../core/language.js";
import { endsInCode, replaceText } from "../core/text-box.js";
import { createOptionList } from "../shell/option-list.js";

const MOST = 8;
const GAP = 6; // px between the list and the box

/**
 * @typedef {object} Candidate
 * @property {string} insert replaces the trigger character and what was typed after it; a space follows
 * @property {string} title
 * @property {string} [detail] beside the title, in small letters
 * @property {string | Node} [sign] before the title: an emoji, or the element of an avatar
 */

/**
 * @typedef {object} Trigger
 * @property {string} character it counts at the beginning of a word only
 * @property {string} label the name of the list for screen readers
 * @property {(query: string) => Candidate[] | Promise<Candidate[]>} candidates the best first; those after the eighth are not shown
 * @property {boolean} [isFirst] whether it counts at the beginning of the text only
 * @property {RegExp} [query] what may follow the character; letters, digits and `_ . + -` without it
 * @property {number} [shortest] length of the query from which the list opens; 0 without it
 * @property {(name: string) => string | undefined | Promise<string | undefined>} [whole] the text for a
 *   name between two trigger characters, which replaces it at once
 */

/** @typedef {{trigger: Trigger, start: number, query: string}} Typed what was typed before the caret */

/**
 * @param {HTMLTextAreaElement} box
 * @param {Trigger[]} triggers
 */
export function createCompletion(box, triggers) {
  const popup = draw("completion-template");
  const list = one(popup, "[role=listbox]");
  const options = createOptionList(list, box, "suggestion");
  /** @type {Typed | null} what the open list is about */
  let shown = null;
  /** @type {Candidate[]} */
  let candidates = [];
  let turn = 0;
  let dismissedAt = -1; // Escape closed the list of the trigger at this place

  /** @param {Event} event */
  async function typed(event) {
    turn += 1;
    // A completion that was taken back is not inserted again.
    if (event instanceof InputEvent && event.inputType.startsWith("history")) return close();
    const current = turn;
    const before = textBeforeCaret();
    const found = before === null ? null : findTyped(before, triggers);
    if (!found) {
      dismissedAt = -1;
      close();
      return insertWhole(before ?? "");
    }
    if (found.start === dismissedAt) return undefined;
    if (shown?.start === found.start) narrow(found);
    const offered = await found.trigger.candidates(found.query);
    if (current !== turn || textBeforeCaret() !== before) return undefined;
    return show(found, offered.slice(0, MOST));
  }

  /** @param {string} before */
  async function insertWhole(before) {
    const whole = findWhole(before, triggers);
    if (!whole) return;
    const text = await whole.trigger.whole?.(whole.query);
    const end = whole.start + whole.query.length + 2;
    if (text && box.value.slice(0, end) === before) replaceText(box, whole.start, end, text);
  }

  /** @returns {string | null} null while text is selected */
  function textBeforeCaret() {
    if (box.selectionStart !== box.selectionEnd) return null;
    return box.value.slice(0, box.selectionStart);
  }

  /**
   * @param {Typed} found
   * @param {Candidate[]} offered
   */
  function show(found, offered) {
    if (!offered.length || !box.isConnected) return close();
    shown = found;
    candidates = offered;
    list.setAttribute("aria-label", found.trigger.label);
    list.replaceChildren(...offered.map(drawCandidate));
    if (!popup.isConnected) box.after(popup);
    if (!popup.matches(":popover-open")) popup.showPopover();
    placeBeside(popup, box);
    box.setAttribute("aria-controls", list.id);
    options.changed();
    options.choose(options.options()[0]);
    return fill(popup, { "[role=status]": countWords(offered.length) });
  }

  /**
   * Until the new candidates are there, only those of the earlier ones that still fit are offered.
   *
   * @param {Typed} found
   */
  function narrow(found) {
    const query = found.query.toLowerCase();
    const fitting = candidates.filter(({ insert: text, title }) =>
      `${text} ${title}`.toLowerCase().includes(query),
    );
    if (fitting.length) show(found, fitting);
    else hide();
  }

  function close() {
    turn += 1;
    hide();
  }

  function hide() {
    if (!shown) return;
    shown = null;
    popup.remove();
    box.removeAttribute("aria-activedescendant");
    box.removeAttribute("aria-controls");
  }

  /** @param {Element | null} option */
  function insert(option) {
    const at = option ? options.options().indexOf(/** @type {HTMLElement} */ (option)) : -1;
    if (!shown || at < 0) return;
    const { start, query } = shown;
    const end = start + query.length + 1;
    const space = /^\s/.test(box.value.slice(end)) ? "" : " ";
    const text = candidates[at].insert + space;
    close();
    replaceText(box, start, end, text);
  }

  /**
   * Before the box itself: Enter chooses and does not send while the list is open.
   *
   * @param {KeyboardEvent} event
   */
  function pressed(event) {
    if (!shown || event.isComposing) return;
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (!isPlain) return;
    if (event.key === "Escape") dismissedAt = shown.start;
    if (event.key === "Escape") close();
    else if (event.key === "Enter" && isComplete()) return close();
    else if (event.key === "Enter" || event.key === "Tab") insert(options.chosen());
    else if (!options.move(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }

  /** The chosen text is there already: Enter is for the box. */
  function isComplete() {
    const chosen = options.chosen();
    const at = chosen ? options.options().indexOf(chosen) : -1;
    if (!shown || at < 0) return false;
    const text = shown.trigger.character + shown.query;
    return candidates[at].insert.toLowerCase() === text.toLowerCase();
  }

  /** The caret left the word that the list is about. */
  function caretMoved() {
    if (!shown || document.activeElement !== box) return;
    const found = findTyped(textBeforeCaret() ?? "", triggers);
    if (found?.start !== shown.start) close();
  }

  popup.addEventListener("mousedown", (event) => event.preventDefault()); // the box keeps the focus
  popup.addEventListener("click", (event) => insert(closest(event.target, "[role=option]")));
  box.setAttribute("aria-autocomplete", "list");
  box.addEventListener("keydown", pressed, { capture: true });
  box.addEventListener("input", typed);
  box.addEventListener("blur", close);
  box.addEventListener("select", caretMoved);
  box.addEventListener("keyup", caretMoved);
  box.addEventListener("click", caretMoved);
}

/**
 * The trigger whose word the text ends with, or null.
 *
 * @param {string} before
 * @param {Trigger[]} triggers
 * @returns {Typed | null}
 */
export function findTyped(before, triggers) {
  for (const trigger of triggers) {
    const start = before.lastIndexOf(trigger.character);
    if (start < 0 || !beginsWord(before, start) || (trigger.isFirst && start)) continue;
    const query = before.slice(start + trigger.character.length);
    const isQuery = query.length >= (trigger.shortest ?? 0) && patternOf(trigger).test(query);
    if (isQuery && !endsInCode(before)) return { trigger, start, query };
  }
  return null;
}

/**
 * The trigger with a name between two of its characters at the end of the text, or null.
 *
 * @param {string} before
 * @param {Trigger[]} triggers
 * @returns {Typed | null}
 */
export function findWhole(before, triggers) {
  for (const trigger of triggers) {
    if (!trigger.whole || !before.endsWith(trigger.character)) continue;
    const start = before.lastIndexOf(trigger.character, before.length - 2);
    if (start < 0 || !beginsWord(before, start)) continue;
    const query = before.slice(start + 1, -1);
    if (query && patternOf(trigger).test(query) && !endsInCode(before))
      return { trigger, start, query };
  }
  return null;
}

/** @param {Trigger} trigger */
function patternOf({ query = /^[\p{L}\p{N}_.+-]{0,40}$/u }) {
  return query;
}

/**
 * @param {string} text
 * @param {number} at
 */
function beginsWord(text, at) {
  return at === 0 || /[\s([{"'*_~|]/.test(text[at - 1]);
}

/** @param {Candidate} candidate */
function drawCandidate({ title, detail = "", sign = "" }) {
  const option = draw("candidate-template", { ".title": title, small: detail });
  one(option, ".sign").replaceChildren(sign);
  return option;
}

/**
 * Above the box where there is room, else below it.
 *
 * @param {HTMLElement} popup
 * @param {HTMLElement} box
 */
function placeBeside(popup, box) {
  const around = box.getBoundingClientRect();
  const above = around.top - popup.offsetHeight - GAP;
  const left = Math.min(around.left, innerWidth - popup.offsetWidth - GAP);
  popup.style.top = `${above > 0 ? above : around.bottom + GAP}px`;
  popup.style.left = `${Math.max(GAP, left)}px`;
}

/** @param {number} count */
function countWords(count) {
  return ngettext("%(num)s suggestion", "%(num)s suggestions", count);
}
