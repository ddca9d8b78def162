/** Keys in the emoji picker: arrows move through the emoji, Enter in the search takes the first one. */

import { all, closest, find } from "../core/dom.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.picker
 * @param {HTMLInputElement} parts.input the search
 */
export function createEmojiGrid({ picker, input }) {
  function buttons() {
    return all(picker, ".emoji-grid button");
  }

  /** One of the emoji can be reached with Tab: the one that had the focus last. */
  function changed() {
    const first = find(picker, ".emoji-grid button");
    if (first) first.tabIndex = 0;
  }

  /** @param {HTMLElement | undefined} button */
  function focus(button) {
    if (!button) return;
    for (const other of all(picker, ".emoji-grid button[tabindex='0']")) other.tabIndex = -1;
    button.tabIndex = 0;
    button.focus();
  }

  /** @param {KeyboardEvent} event */
  function pressedInSearch(event) {
    if (event.isComposing) return;
    if (event.key === "Enter") buttons()[0]?.click();
    else if (event.key === "ArrowDown") focus(buttons()[0]);
    else return;
    event.preventDefault();
  }

  /**
   * @param {KeyboardEvent} event
   * @param {HTMLElement} button
   */
  function pressedInGrid(event, button) {
    const list = buttons();
    const at = list.indexOf(button);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step) focus(list[at + step]);
    else if (event.key === "ArrowDown") focus(inNextRow(list.slice(at + 1), button));
    else if (event.key === "ArrowUp") up(list.slice(0, at).reverse(), button);
    else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey)
      return input.focus(); // what is typed is searched for
    else return undefined;
    return event.preventDefault();
  }

  /**
   * @param {HTMLElement[]} before from the nearest on
   * @param {HTMLElement} button
   */
  function up(before, button) {
    const above = inNextRow(before, button);
    if (above) focus(above);
    else input.focus();
  }

  picker.addEventListener("keydown", (event) => {
    const button = closest(event.target, ".emoji-grid button");
    if (button) pressedInGrid(event, button);
    else if (event.target === input) pressedInSearch(event);
  });
  return { changed };
}

/**
 * The nearest button in the next row: the one in the same column, or the last one of a short row.
 *
 * @param {HTMLElement[]} ahead from the nearest on
 * @param {HTMLElement} button
 */
function inNextRow(ahead, button) {
  const first = ahead.find((other) => other.offsetTop !== button.offsetTop);
  if (!first) return undefined;
  const row = ahead.filter((other) => other.offsetTop === first.offsetTop);
  /** @param {HTMLElement} other */
  const distance = (other) => Math.abs(other.offsetLeft - button.offsetLeft);
  return row.reduce((best, other) => (distance(other) < distance(best) ? other : best), first);
}
