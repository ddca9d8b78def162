/** The visible part of the log: what is in view, whether it is the end, and how the reader's place is kept. */

import { elementsOf, isEntry, seqOf } from "./entries.js";

const NEAR_THE_END = 48;
const CONTEXT = 0.2; // of the height, above a message that is scrolled to
const TOLERANCE = 2;

/** @typedef {ReturnType<typeof createViewport>} Viewport */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {HTMLElement} parts.lines
 * @param {() => boolean} parts.reachesEnd whether the newest message is on the page
 */
export function createViewport({ log, lines, reachesEnd }) {
  const messages = /** @type {HTMLCollectionOf<HTMLElement>} */ (
    lines.getElementsByClassName("message")
  );

  /**
   * Keep the visible part in its place while `change` adds, resizes or removes something elsewhere.
   *
   * @param {(anchor: HTMLElement | undefined) => void} change gets the entry that stays where it is
   */
  function keepPlace(change) {
    const anchor = firstInView();
    if (isAtEnd()) {
      change(anchor);
      log.scrollTop = 0;
      return;
    }
    // Its heading may go when older messages come: then what is below it stays.
    const side = anchor && isEndInView(anchor) ? "bottom" : "top";
    const before = anchor?.getBoundingClientRect()[side] ?? 0;
    change(anchor);
    if (anchor?.isConnected) log.scrollTop += anchor.getBoundingClientRect()[side] - before;
  }

  /** Entries stand in order, so a binary search finds the first visible one. */
  function firstInView() {
    const { top } = log.getBoundingClientRect();
    const entries = elementsOf(lines).filter((element) => isEntry(element) && !element.hidden);
    return entries[firstIndex(entries, (entry) => entry.getBoundingClientRect().bottom > top)];
  }

  /** The stored messages of which at least the end is in view → {first, last}, or null. */
  function messagesInView() {
    const { top, bottom } = log.getBoundingClientRect();
    const from = firstIndex(
      messages,
      (message) => message.getBoundingClientRect().bottom > top + TOLERANCE,
    );
    let to =
      firstIndex(
        messages,
        (message) => message.getBoundingClientRect().bottom > bottom + TOLERANCE,
      ) - 1;
    while (to >= from && !messages[to].dataset.seq) to -= 1;
    return to >= from ? { first: messages[from], last: messages[to] } : null;
  }

  /**
   * The first message after `seq` for which `matches` is true, or null.
   *
   * @param {number} seq
   * @param {(message: HTMLElement) => boolean} matches
   */
  function firstAfter(seq, matches) {
    for (
      let index = firstIndex(messages, (message) => seqOf(message) > seq);
      index < messages.length;
      index += 1
    ) {
      if (!messages[index].dataset.seq) return null;
      if (matches(messages[index])) return messages[index];
    }
    return null;
  }

  /** @param {HTMLElement} element */
  function isEndInView(element) {
    return element.getBoundingClientRect().bottom <= log.getBoundingClientRect().bottom;
  }

  /** @param {HTMLElement} element */
  function isAbove(element) {
    return element.getBoundingClientRect().bottom <= log.getBoundingClientRect().top + TOLERANCE;
  }

  /** The log is laid out from its end, so its end is at 0 and what is above is negative. */
  function isAtEnd() {
    return reachesEnd() && log.scrollTop > -NEAR_THE_END;
  }

  /**
   * Scroll until `element` is in view, below a part of what is before it; nothing happens if it is in view already.
   *
   * @param {HTMLElement} element
   */
  function showFrom(element) {
    const { top, height } = log.getBoundingClientRect();
    const wanted = top + height * CONTEXT;
    const is = element.getBoundingClientRect().top;
    if (is < top || is > top + height) log.scrollTop += is - wanted;
  }

  return {
    keepPlace,
    messagesInView,
    firstAfter,
    isAbove,
    isAtEnd,
    showFrom,
    get distance() {
      return -log.scrollTop;
    },
  };
}

/**
 * The index of the first of `list` for which `matches` is true, as it is for all after it; or the length.
 *
 * @template {Element} T
 * @param {ArrayLike<T>} list
 * @param {(element: T) => boolean} matches
 */
export function firstIndex(list, matches) {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (matches(list[middle])) high = middle;
    else low = middle + 1;
  }
  return low;
}
