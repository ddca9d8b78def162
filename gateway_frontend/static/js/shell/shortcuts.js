/** Keys that work all over the page, and the sheet that shows all shortcuts. */

import { all, closest, one } from "../core/dom.js";
import { shortcutOf } from "./shortcut-table.js";

const OVER_THE_PAGE = "dialog[open], :popover-open";

/** @typedef {keyof typeof import("./shortcut-table.js").SHORTCUTS.anywhere} Anywhere */

/**
 * @param {object} parts
 * @param {(url: string) => void} parts.go opens a page
 * @param {() => void} parts.find opens or closes the dialog that finds conversations and people
 * @param {() => unknown} parts.readHere marks the open conversation as read
 * @param {() => unknown} parts.readAll marks all conversations as read
 */
export function createShortcuts({ go, find, readHere, readAll }) {
  /** @type {Record<Anywhere, () => unknown>} */
  const actions = {
    find,
    previous: () => goBy(-1),
    next: () => goBy(1),
    previousUnread: () => goBy(-1, true),
    nextUnread: () => goBy(1, true),
    readHere,
    readAll,
    showShortcuts,
  };

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const name = shortcutOf(event, "anywhere");
    if (!name || event.defaultPrevented) return;
    if (isTyping(event) || (name !== "find" && document.querySelector(OVER_THE_PAGE))) return;
    event.preventDefault();
    actions[name]();
  }

  /**
   * Open the conversation before or after this one in the list.
   *
   * @param {number} step
   */
  function goBy(step, isUnread = false) {
    const entries = all(document, ".lists li[data-conversation]").filter(
      (entry) => entry.offsetParent,
    );
    const at = entries.findIndex((entry) => entry.querySelector("[aria-current]"));
    const ways = step > 0 ? entries.slice(at + 1) : entries.slice(0, Math.max(at, 0)).reverse();
    const next = ways.find((entry) => !isUnread || entry.matches(".unread"));
    if (next) go(one(next, "a", HTMLAnchorElement).pathname);
  }

  document.addEventListener("keydown", pressed);
  document.addEventListener("click", (event) => {
    if (closest(event.target, "[data-action=show-shortcuts]")) showShortcuts();
  });
}

async function showShortcuts() {
  const { openSheet } = await import("./shortcut-sheet.js");
  openSheet();
}

/**
 * In a text field a character is text.
 *
 * @param {KeyboardEvent} event
 */
function isTyping(event) {
  const isText = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  return isText && Boolean(closest(event.target, "input, textarea, select, [contenteditable]"));
}
