/** Keys that work all over the page: Alt+↑ and Alt+↓ change the conversation, with Shift to the next unread one. */

/** `go(url)` opens a page. */
export function createShortcuts({ go }) {
  function pressed(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (
      !step ||
      !event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      document.querySelector("dialog[open]")
    )
      return;
    event.preventDefault();
    const entries = Array.from(document.querySelectorAll(".lists li")).filter(
      (entry) => entry.offsetParent,
    );
    const at = entries.findIndex((entry) => entry.querySelector("[aria-current]"));
    const before = entries.slice(0, Math.max(at, 0));
    const ways = step > 0 ? entries.slice(at + 1) : before.reverse();
    const next = ways.find((entry) => !event.shiftKey || entry.matches(".unread"));
    if (next) go(next.querySelector("a").getAttribute("href"));
  }

  document.addEventListener("keydown", pressed);
}
