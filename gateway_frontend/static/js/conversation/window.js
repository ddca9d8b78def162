/** How much of a long log is on the page: what is far from the visible part is removed; paging loads it again. */

import { closest } from "../core/dom.js";
import { elementsOf, isStored, seqOf } from "./entries.js";
import { firstIndex } from "./viewport.js";

const MOST = 300; // elements: messages, notes and the lines between them
const MOST_WITH_FOCUS = 400; // so long the message with the focus stays
const ROOM = 2000; // px above and below the visible part that stay

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {HTMLElement} parts.lines
 */
export function createWindow({ log, lines }) {
  /**
   * Remove what is far above `anchor`, an entry in view. → whether there was something.
   *
   * @param {HTMLElement | undefined} anchor
   */
  function cutAbove(anchor) {
    const excess = lines.childElementCount - MOST;
    if (!anchor || excess <= 0) return false;
    const messages = stored();
    const start = topOf(anchor) - ROOM;
    const near = messages[firstIndex(messages, (message) => topOf(message) > start) - 1];
    const newest = elementsOf(lines).slice(excess).find(isStored);
    if (!near || !newest) return false;
    const first = Math.min(seqOf(near), seqOf(newest), ...heldSeqs());
    return remove(before(messages[firstIndex(messages, (message) => seqOf(message) >= first)]));
  }

  /**
   * Remove what is far below `anchor`, an entry in view. → whether there was something.
   *
   * @param {HTMLElement | undefined} anchor
   */
  function cutBelow(anchor) {
    if (!anchor || lines.childElementCount <= MOST) return false;
    const messages = stored();
    const end = topOf(anchor) + log.clientHeight + ROOM;
    const near = messages[firstIndex(messages, (message) => topOf(message) > end)];
    const oldest = elementsOf(lines).slice(0, MOST).findLast(isStored);
    if (!near || !oldest) return false;
    const last = Math.max(seqOf(near), seqOf(oldest), ...heldSeqs());
    return remove(after(messages[firstIndex(messages, (message) => seqOf(message) >= last)]));
  }

  function stored() {
    return elementsOf(lines).filter(isStored);
  }

  /** Messages that stay: those being edited, and the one with the focus, unless that would keep too many. */
  function heldSeqs() {
    const isTooMuch = lines.childElementCount > MOST_WITH_FOCUS;
    const focused = isTooMuch ? null : closest(document.activeElement, ".message[data-seq]");
    return stored()
      .filter((message) => message === focused || message.classList.contains("editing"))
      .map(seqOf);
  }

  /** @param {HTMLElement} first */
  function before(first) {
    return elementsOf(lines).slice(0, elementsOf(lines).indexOf(first));
  }

  /**
   * Messages that are not sent yet stay.
   *
   * @param {HTMLElement} last
   */
  function after(last) {
    const isWaiting = (/** @type {HTMLElement} */ element) =>
      element.matches(".later, .message:not([data-seq])");
    return elementsOf(lines)
      .slice(elementsOf(lines).indexOf(last) + 1)
      .filter((element) => !isWaiting(element));
  }

  /** @param {HTMLElement[]} far */
  function remove(far) {
    if (far.some((element) => element.contains(document.activeElement)))
      log.focus({ preventScroll: true });
    for (const element of far) element.remove();
    return far.length > 0;
  }

  return { cutAbove, cutBelow };
}

/** @param {HTMLElement} element */
function topOf(element) {
  return element.getBoundingClientRect().top;
}
