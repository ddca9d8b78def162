/** The marks of a pinned and of a saved message, on its element. */

import { partOf } from "../conversation/message-parts.js";
import { find } from "../core/dom.js";

/**
 * Whether it is saved is said only in answers to the person; events say it to nobody, so they leave the mark as it is.
 *
 * @param {HTMLElement} element
 * @param {Message} message
 */
export function fillMarks(element, { pinned, saved, deleted_at: deletedAt }) {
  show(element, "pinned", pinned);
  if (saved || deletedAt) showSaved(element, Boolean(saved));
}

/**
 * @param {HTMLElement} element
 * @param {boolean} isSaved
 */
export function showSaved(element, isSaved) {
  show(element, "saved", isSaved);
}

/**
 * @param {HTMLElement} element
 * @param {"pinned" | "saved"} mark
 */
export function hasMark(element, mark) {
  return find(element, `[data-mark=${mark}]`)?.hidden === false;
}

/**
 * @param {HTMLElement} element
 * @param {"pinned" | "saved"} mark
 * @param {boolean} isShown
 */
function show(element, mark, isShown) {
  if (isShown || hasMark(element, mark)) partOf(element, `[data-mark=${mark}]`).hidden = !isShown;
}
