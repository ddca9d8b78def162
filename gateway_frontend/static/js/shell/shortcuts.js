/** Keys that work all over the page: Alt+↑ and Alt+↓ change the conversation, with Shift to the next unread one. */

import { all, one } from "../core/dom.js";

/**
 * @param {object} parts
 * @param {(url: string) => void} parts.go opens a page
 */
export function createShortcuts({ go }) {
  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (
      !step ||
      !event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      document.querySelector("dialog[open]")
    )
      return;
    event.preventDefault();
    const entries = all(document, ".lists li").filter((entry) => entry.offsetParent);
    const at = entries.findIndex((entry) => entry.querySelector("[aria-current]"));
    const before = entries.slice(0, Math.max(at, 0));
    const ways = step > 0 ? entries.slice(at + 1) : before.reverse();
    const next = ways.find((entry) => !event.shiftKey || entry.matches(".unread"));
    if (next) go(one(next, "a", HTMLAnchorElement).pathname);
  }

  document.addEventListener("keydown", pressed);
}
