/** The names of the people who reacted: in the accessible names of the reactions, and beside the one that is pointed at or focused. */

import { all, closest, draw } from "../core/dom.js";
import { _, language, ngettext } from "../core/language.js";
import { reactionOf } from "./reaction-chips.js";

const GAP = 4; // px between a reaction and its names
const MOST_NAMED = 10; // of each reaction; the others are counted

/** @type {Intl.ListFormat | undefined} */
let lists; // made when it is first needed, as the names in core/times.js

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {Reader} parts.me
 * @param {(ids: number[]) => Promise<string[]>} parts.names
 */
export function createReactionNames({ log, me, names }) {
  const tip = draw("tip-template");
  /** @type {HTMLElement | null} the reaction beside which the names are shown */
  let pointed = null;

  /**
   * Names are fetched when somebody comes to a message with reactions, all of them with one call.
   *
   * @param {HTMLElement} message
   */
  async function nameAll(message) {
    const chips = all(message, ".reaction:not([disabled])");
    const ids = [...new Set(chips.flatMap(namedIn))];
    const found = await names(ids);
    const byId = new Map(ids.map((id, index) => [id, found[index]]));
    for (const chip of chips) {
      chip.setAttribute("aria-label", wordsOf(chip, byId));
      if (chip === pointed) tip.textContent = chip.getAttribute("aria-label");
    }
  }

  /**
   * The other people whose names are said.
   *
   * @param {HTMLElement} chip
   */
  function namedIn(chip) {
    return reactionOf(chip)
      .user_ids.filter((id) => id !== me.id)
      .slice(0, MOST_NAMED);
  }

  /**
   * The names as they are shown: this person comes first.
   *
   * @param {HTMLElement} chip
   * @param {Map<number, string>} byId
   */
  function wordsOf(chip, byId) {
    const { emoji, count, user_ids: ids } = reactionOf(chip);
    const isMine = chip.getAttribute("aria-pressed") === "true";
    const others = namedIn(chip).map((id) => byId.get(id) ?? _("Somebody"));
    const shown = count - Number(ids.includes(me.id)) + Number(isMine);
    const reaction = { emoji, count: shown, user_ids: ids };
    return reactionWords(reaction, isMine ? [_("You"), ...others] : others);
  }

  /** @param {Event} event */
  function arrived(event) {
    const message = closest(event.target, ".message");
    if (!message?.querySelector(".reaction")) return hide();
    const chip = closest(event.target, ".reaction:not([disabled])");
    const isNew = message.dataset.named !== stateOf(message);
    if (isNew) {
      message.dataset.named = stateOf(message);
      nameAll(message);
    }
    return chip ? show(chip) : hide();
  }

  /** @param {HTMLElement} chip */
  function show(chip) {
    if (chip === pointed) return;
    pointed = chip;
    if (!tip.isConnected) document.body.append(tip);
    tip.textContent = chip.getAttribute("aria-label");
    tip.showPopover();
    const around = chip.getBoundingClientRect();
    const left = Math.min(around.left, innerWidth - tip.offsetWidth - GAP);
    tip.style.left = `${Math.max(GAP, left)}px`;
    tip.style.top = `${around.top - tip.offsetHeight - GAP}px`;
  }

  function hide() {
    if (!pointed) return;
    pointed = null;
    tip.remove();
  }

  /** @param {PointerEvent} event */
  function left(event) {
    if (closest(event.target, ".reaction") && !closest(event.relatedTarget, ".reaction")) hide();
  }

  log.addEventListener("pointerover", arrived);
  log.addEventListener("focusin", arrived);
  log.addEventListener("pointerout", left);
  log.addEventListener("focusout", hide);
  log.addEventListener("scroll", hide);
  log.addEventListener("keydown", (event) => {
    if (event.key === "Escape") hide();
  });
  return {
    arrived,
    /** @param {HTMLElement} message whose reactions were drawn again */
    changed(message) {
      if (pointed && !pointed.isConnected) hide();
      const wasNamed = message.dataset.named !== undefined;
      if (!wasNamed) return;
      message.dataset.named = stateOf(message);
      nameAll(message);
    },
    close: hide,
  };
}

/**
 * “Bob and Dana reacted with 🎉”
 *
 * @param {Reaction} reaction
 * @param {string[]} names of its first people; the others are counted
 */
export function reactionWords({ emoji, count }, names) {
  const others = count - names.length;
  const rest = others > 0 ? [ngettext("%(num)s other", "%(num)s others", others)] : [];
  lists ??= new Intl.ListFormat(language === "en" ? "en-GB" : language, { type: "conjunction" });
  const who = lists.format([...names, ...rest]);
  return ngettext("%(who)s reacted with %(emoji)s", "%(who)s reacted with %(emoji)s", count, {
    who,
    emoji,
  });
}

/**
 * The people of all reactions: with others, the names are made again.
 *
 * @param {HTMLElement} message
 */
function stateOf(message) {
  return all(message, ".reaction")
    .map(({ dataset }) => `${dataset.emoji}${dataset.users}`)
    .join(" ");
}
