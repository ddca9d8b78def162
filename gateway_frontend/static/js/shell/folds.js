/** Parts of the list on the left that are out of sight: unread entries above and below, and collapsed sections. */

import { all, closest, one } from "../core/dom.js";
import { ngettext } from "../core/language.js";

const COLLAPSED = "parley-collapsed";

/** @typedef {"above" | "below"} Side */

/**
 * @param {HTMLElement} folds
 * @param {HTMLElement} lists its scrolling part
 */
export function createFolds(folds, lists) {
  const buttons = {
    above: one(folds, "[data-unread=above]"),
    below: one(folds, "[data-unread=below]"),
  };
  /** @type {number | null} */
  let frame = null;

  /** Entries or their marks have changed. */
  function changed() {
    if (frame !== null) return;
    frame = requestAnimationFrame(() => {
      frame = null;
      show();
    });
  }

  function show() {
    const hidden = unreadOutOfSight();
    showSide(buttons.above, hidden.above, "↑");
    showSide(buttons.below, hidden.below, "↓");
  }

  function unreadOutOfSight() {
    const { top, bottom } = lists.getBoundingClientRect();
    const entries = all(lists, "li.unread:not(:has([aria-current]))");
    return {
      above: entries.filter((entry) => middleOf(entry) < top),
      below: entries.filter((entry) => middleOf(entry) > bottom),
    };
  }

  /**
   * Scroll the nearest unread entry on that side into the middle.
   *
   * @param {Side} side
   */
  function reveal(side) {
    const entries = unreadOutOfSight()[side];
    (side === "above" ? entries.at(-1) : entries[0])?.scrollIntoView({ block: "center" });
  }

  /** @param {MouseEvent} event */
  function toggled(event) {
    const button = closest(event.target, "[aria-expanded]");
    if (!button) return;
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    expand(button, isOpen);
    const names = all(lists, "[aria-expanded=false]").map((other) => other.dataset.section);
    localStorage.setItem(COLLAPSED, names.join(" "));
    changed();
  }

  /**
   * A collapsed section still shows its unread entries and the open one.
   *
   * @param {HTMLElement} button
   * @param {boolean} isOpen
   */
  function expand(button, isOpen) {
    button.setAttribute("aria-expanded", String(isOpen));
    one(lists, `[data-list=${button.dataset.section}]`).classList.toggle("collapsed", !isOpen);
  }

  const collapsed = (localStorage.getItem(COLLAPSED) ?? "").split(" ");
  for (const button of all(lists, "[aria-expanded]"))
    expand(button, !collapsed.includes(button.dataset.section ?? ""));
  lists.addEventListener("click", toggled);
  lists.addEventListener("scroll", changed, { passive: true });
  new ResizeObserver(changed).observe(lists);
  buttons.above.addEventListener("click", () => reveal("above"));
  buttons.below.addEventListener("click", () => reveal("below"));

  return { changed };
}

/**
 * @param {HTMLElement} button
 * @param {HTMLElement[]} entries
 * @param {string} arrow
 */
function showSide(button, entries, arrow) {
  button.hidden = entries.length === 0;
  button.classList.toggle(
    "me",
    entries.some((entry) => entry.querySelector(".count.me")),
  );
  button.textContent = `${ngettext("%(num)s unread", "%(num)s unread", entries.length)} ${arrow}`;
}

/** @param {HTMLElement} element */
function middleOf(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return (top + bottom) / 2;
}
