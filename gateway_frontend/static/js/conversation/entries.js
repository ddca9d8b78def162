/** The elements of the log: messages, notes, and the lines between them. */

import { find } from "../core/dom.js";

/**
 * A line between entries.
 *
 * @param {"day" | "new"} kind
 * @param {string} words
 */
export function drawLine(kind, words) {
  const element = document.createElement("div");
  element.className = kind;
  element.textContent = words;
  return element;
}

/**
 * A message that is not stored yet has no seq and stands at the end.
 *
 * @param {HTMLElement} element
 */
export function seqOf(element) {
  return element.dataset.seq ? Number(element.dataset.seq) : Infinity;
}

/** @param {Element} element */
export function isMessage(element) {
  return element.classList.contains("message");
}

/** @param {Element} element */
export function isNote(element) {
  return element.classList.contains("note");
}

/** @param {Element} element */
export function isEntry(element) {
  return isMessage(element) || isNote(element);
}

/** @param {Element} element */
function isLine(element) {
  return element.classList.contains("day") || element.classList.contains("new");
}

/**
 * The children of `lines`, without a search through all that is in them.
 *
 * @param {HTMLElement} lines
 */
export function elementsOf(lines) {
  return /** @type {HTMLElement[]} */ (Array.from(lines.children));
}

/** @param {HTMLElement} element */
export function removeLinesBefore(element) {
  for (
    let other = element.previousElementSibling;
    other && isLine(other);
    other = element.previousElementSibling
  )
    other.remove();
}

/** @param {HTMLElement} element */
export function previousEntry(element) {
  return walk(element, "previousElementSibling", isEntry);
}

/** @param {HTMLElement} element */
export function nextEntry(element) {
  return walk(element, "nextElementSibling", isEntry);
}

/** @param {HTMLElement} element */
export function previousMessage(element) {
  return walk(element, "previousElementSibling", isMessage);
}

/**
 * The stored message with this id.
 *
 * @param {HTMLElement} lines
 * @param {number} id
 */
export function messageById(lines, id) {
  return find(lines, `#m${Number(id)}`); // ids are found without a search
}

/**
 * The message, stored or not, that was sent with this id.
 *
 * @param {HTMLElement} lines
 * @param {string} clientId
 */
export function messageByClientId(lines, clientId) {
  return find(lines, `.message[data-client="${CSS.escape(clientId)}"]`);
}

/**
 * The seq of the first stored message on the page, 0 if there is none.
 *
 * @param {HTMLElement} lines
 */
export function firstSeqOf(lines) {
  const first = find(lines, ".message[data-seq]");
  return first ? seqOf(first) : 0;
}

/**
 * The seq of the last stored message on the page, 0 if there is none.
 *
 * @param {HTMLElement} lines
 */
export function lastSeqOf(lines) {
  let last = /** @type {HTMLElement | null} */ (lines.lastElementChild);
  if (last && !isStored(last)) last = walk(last, "previousElementSibling", isStored);
  return last ? seqOf(last) : 0;
}

/** @param {Element} element */
export function isStored(element) {
  return isMessage(element) && element.hasAttribute("data-seq");
}

/**
 * The nearest sibling in one direction that matches.
 *
 * @param {HTMLElement} element
 * @param {"previousElementSibling" | "nextElementSibling"} direction
 * @param {(element: HTMLElement) => boolean} matches
 */
function walk(element, direction, matches) {
  let other = /** @type {HTMLElement | null} */ (element[direction]);
  while (other && !matches(other)) other = /** @type {HTMLElement | null} */ (other[direction]);
  return other;
}
