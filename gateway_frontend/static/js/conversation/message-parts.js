/** The parts of a message: the page leaves out those that it does not need, as most messages need two of fourteen. */

import { draw, find, one } from "../core/dom.js";

/**
 * The part that matches, which may have been left out.
 *
 * @template {Element} [T=HTMLElement]
 * @param {HTMLElement} message
 * @param {string} selector
 * @param {new () => T} [type]
 * @returns {T}
 */
export function partOf(message, selector, type) {
  if (!find(message, selector)) addParts(message);
  return one(message, selector, type);
}

/**
 * Add the parts that were left out, hidden and in their order.
 *
 * @param {HTMLElement} message
 */
export function addParts(message) {
  const content = one(message, ".content");
  let before = one(content, ".by");
  for (const part of Array.from(one(draw("message-template"), ".content").children)) {
    const known = find(content, `:scope > .${part.classList[0]}`);
    if (!known) before.after(part);
    before = known ?? /** @type {HTMLElement} */ (part);
  }
}

/**
 * Leave out the parts that show nothing; the text stays, also while it is edited.
 *
 * @param {HTMLElement} message
 */
export function leaveOutParts(message) {
  for (const part of Array.from(one(message, ".content").children))
    if (part.matches("[hidden]:not(.body), .kept-marks:not(:has(> :not([hidden])))")) part.remove();
}
