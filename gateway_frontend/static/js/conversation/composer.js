/** The box to write in: Enter sends, Shift+Enter makes a line, it grows with the text, and keeps a draft. */

import { closest, one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";
import { shortcutOf } from "../shell/shortcut-table.js";
import { createCompletion } from "./completion.js";
import { createTextTools } from "./text-tools.js";

/** On touch keyboards there is no Shift+Enter: Enter makes a line there, and Send sends. */
const isTouch = matchMedia("(hover: none) and (pointer: coarse)").matches;

/** @typedef {ReturnType<typeof createComposer>} Composer */
/** @typedef {ReturnType<ReturnType<typeof import("../drafts/drafts.js").createDrafts>["open"]>} Draft */

/**
 * @param {object} parts
 * @param {HTMLFormElement} parts.form
 * @param {(parts: {longest: number, show: (text: string) => void}) => Draft} parts.openDraft
 * @param {(text: string) => unknown} parts.send
 * @param {(text: string) => void} parts.typed is called with each change
 * @param {() => boolean} parts.editLast edits the person's last message → whether there is one
 * @param {(pages: number) => void} parts.scrollLog scrolls the log above the box
 * @param {(files: File[]) => void} parts.sendAsFile attaches a text that is too long
 * @param {import("./completion.js").Trigger[]} parts.triggers of the completion
 * @param {() => boolean} [parts.mayBeEmpty] whether there is something to send without words
 * @param {() => boolean} [parts.holds] whether sending has to wait
 * @param {ShowError} parts.showError
 */
export function createComposer({
  form,
  openDraft,
  send,
  typed,
  editLast,
  scrollLog,
  sendAsFile,
  showError,
  triggers,
  mayBeEmpty = () => false,
  holds = () => false,
}) {
  const box = one(form, "textarea", HTMLTextAreaElement);
  const over = one(form, ".over");
  const longest = box.maxLength < 0 ? Infinity : box.maxLength;
  box.removeAttribute("maxlength"); // browsers would cut pasted text without a message
  box.enterKeyHint = isTouch ? "enter" : "send";
  const early = box.value === box.defaultValue ? "" : box.value; // typed while the scripts loaded
  const draft = openDraft({ longest, show });
  show(draft.text);
  createCompletion(box, triggers);
  createTextTools(form, showError);

  /** @param {Event} event */
  function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if ((!text && !mayBeEmpty()) || holds()) return box.focus();
    if (excess()) return showExcess();
    empty();
    box.focus();
    return send(text);
  }

  function showExcess() {
    return showError(
      _("This is too long to send. Shorten it by %(characters)s, or send it as a text file.", {
        characters: count(excess()),
      }),
    );
  }

  /**
   * On a narrow screen the layout depends on the focus: pressing a button must not move the button.
   *
   * @param {MouseEvent} event
   */
  function keepFocus(event) {
    if (closest(event.target, "button")) event.preventDefault();
  }

  function empty() {
    show("");
    draft.sent();
  }

  /** @param {string} text */
  function show(text) {
    box.value = text;
    box.setSelectionRange(text.length, text.length); // one goes on where the text ends
    fit(box);
    showOver();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing) return; // Enter that chooses a word in an input method sends nothing
    const name = shortcutOf(event, "composer");
    if (name === "send" && !isTouch) submit(event);
    if (name === "editLast" && !box.value && editLast()) event.preventDefault();
    if (name !== "pageUp" && name !== "pageDown") return;
    event.preventDefault();
    scrollLog(name === "pageUp" ? -1 : 1);
  }

  function changed() {
    fit(box);
    draft.changed(box.value);
    showOver();
    typed(box.value);
  }

  /** How many characters there are too many, as the server counts them. */
  function excess() {
    return box.value.length > longest
      ? Math.max(0, Array.from(box.value.trim()).length - longest)
      : 0;
  }

  function showOver() {
    const characters = excess();
    over.hidden = !characters;
    if (over.hidden) return;
    const words = _("Too long by %(characters)s.", { characters: count(characters) });
    const place = one(over, "span");
    if (place.textContent !== words) place.textContent = words;
  }

  function attachText() {
    const file = new File([box.value], "message.txt", { type: "text/plain" });
    empty();
    sendAsFile([file]);
    box.focus();
  }

  /**
   * Typing goes into the box while no text field has the focus.
   *
   * @param {KeyboardEvent} event
   */
  function typedElsewhere(event) {
    const { target } = event;
    const isText =
      event.key.length === 1 &&
      event.key !== " " &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey;
    if (!isText || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    const isOther = closest(target, ".panel") !== closest(form, ".panel");
    const isLog = target instanceof Element && target.matches(".log, .message");
    if (!isOther && (isLog || target === document.body)) box.focus();
  }

  const listening = new AbortController();
  document.addEventListener("keydown", typedElsewhere, { signal: listening.signal });
  form.addEventListener("submit", submit);
  form.addEventListener("mousedown", keepFocus);
  box.addEventListener("keydown", pressed);
  box.addEventListener("input", changed);
  one(over, "button").addEventListener("click", attachText);
  if (early && early !== draft.text) {
    const isOther = draft.text && draft.text !== box.defaultValue;
    show(isOther ? `${draft.text}\n${early}` : early);
    changed();
  }
  if ("entered" in box.dataset) setTimeout(() => form.requestSubmit()); // see js/start.js
  return {
    focus() {
      box.focus();
    },
    empty,
    /** The text, for sending it; null when it is too long. */
    read() {
      if (!excess()) return box.value.trim();
      showExcess();
      return null;
    },
    close() {
      listening.abort();
      draft.close();
    },
    /**
     * Add a quote below what is written, to go on after it.
     *
     * @param {string} text
     */
    quote(text) {
      box.value = `${box.value.trim() ? `${box.value.trimEnd()}\n\n` : ""}${text}\n\n`;
      changed();
      box.focus();
      box.setSelectionRange(box.value.length, box.value.length);
    },
    /**
     * Restore a text, for example of a message that was given up.
     *
     * @param {string} text
     */
    restore(text) {
      box.value = box.value ? `${text}\n${box.value}` : text;
      changed();
      box.focus();
    },
  };
}

/**
 * Let a box grow with its text; browsers that know `field-sizing` do this by themselves.
 *
 * @param {HTMLTextAreaElement} box
 */
export function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

/** @param {number} characters */
function count(characters) {
  return ngettext("%(num)s character", "%(num)s characters", characters);
}
