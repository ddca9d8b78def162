/** What of the list on the left is out of sight: unread entries above and below the fold, and collapsed sections. */

const COLLAPSED = "parley-collapsed";

/** `lists` is the scrolling part of the list. */
export function createFolds(lists) {
  const ways = {
    above: lists.parentElement.querySelector("[data-unread=above]"),
    below: lists.parentElement.querySelector("[data-unread=below]"),
  };
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
    for (const [side, way] of Object.entries(ways)) {
      const entries = hidden[side];
      way.hidden = entries.length === 0;
      way.classList.toggle(
        "me",
        entries.some((entry) => entry.querySelector(".count.me")),
      );
      way.textContent = `${entries.length} unread ${side === "above" ? "↑" : "↓"}`;
    }
  }

  function unreadOutOfSight() {
    const { top, bottom } = lists.getBoundingClientRect();
    const entries = Array.from(lists.querySelectorAll("li.unread:not(:has([aria-current]))"));
    const middles = entries.map((entry) => [entry, middleOf(entry)]);
    return {
      above: middles.filter(([, middle]) => middle < top).map(([entry]) => entry),
      below: middles.filter(([, middle]) => middle > bottom).map(([entry]) => entry),
    };
  }

  /** The nearest one that is out of sight on that side comes into the middle. */
  function reveal(side) {
    const entries = unreadOutOfSight()[side];
    (side === "above" ? entries.at(-1) : entries[0])?.scrollIntoView({ block: "center" });
  }

  function toggled(event) {
    const button = event.target.closest("[aria-expanded]");
    if (!button) return;
    const isOpen = button.getAttribute("aria-expanded") !== "true";
    expand(button, isOpen);
    const names = Array.from(
      lists.querySelectorAll("[aria-expanded=false]"),
      (other) => other.dataset.section,
    );
    localStorage.setItem(COLLAPSED, names.join(" "));
    changed();
  }

  /** Collapsed, a section still shows its unread entries and the open one. */
  function expand(button, isOpen) {
    button.setAttribute("aria-expanded", String(isOpen));
    lists
      .querySelector(`[data-list=${button.dataset.section}]`)
      .classList.toggle("collapsed", !isOpen);
  }

  const collapsed = (localStorage.getItem(COLLAPSED) ?? "").split(" ");
  for (const button of lists.querySelectorAll("[aria-expanded]"))
    expand(button, !collapsed.includes(button.dataset.section));
  lists.addEventListener("click", toggled);
  lists.addEventListener("scroll", changed, { passive: true });
  new ResizeObserver(changed).observe(lists);
  for (const [side, way] of Object.entries(ways)) way.addEventListener("click", () => reveal(side));

  return { changed };
}

function middleOf(element) {
  const { top, bottom } = element.getBoundingClientRect();
  return (top + bottom) / 2;
}
