/** The people whom I have blocked: their messages are folded. */

import { all, find } from "../core/dom.js";

/**
 * @param {Reader} me
 * @param {number} userId
 */
export function isBlocked(me, userId) {
  return me.blocked_ids?.includes(userId) ?? false;
}

/**
 * @param {HTMLElement} message
 * @param {boolean} isFolded
 */
export function foldMessage(message, isFolded) {
  message.classList.toggle("from-blocked", isFolded);
  const veil = find(message, ".veil");
  if (veil) veil.hidden = !isFolded;
}

/** @param {Reader} me */
export function createBlocks(me) {
  /** @param {{user_id: number, blocked: boolean}} change */
  function receive({ user_id: userId, blocked }) {
    const others = (me.blocked_ids ?? []).filter((id) => id !== userId);
    me.blocked_ids = blocked ? [...others, userId] : others;
    for (const message of all(document, `.message[data-author="${Number(userId)}"]`))
      foldMessage(message, blocked);
  }

  return { receive };
}
