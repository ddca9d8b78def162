/** The people whom I have blocked: their messages are folded. */

import { partOf } from "../conversation/message-parts.js";
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
  const veil = isFolded ? partOf(message, ".veil") : find(message, ".veil");
  if (veil) veil.hidden = !isFolded;
}

/** @param {Reader} me */
export function createBlocks(me) {
  me.blocked_ids ??= [];
  const ids = me.blocked_ids; // the open conversation has it, too: it is changed in its place

  /** @param {{user_id: number, blocked: boolean}} change */
  function receive({ user_id: userId, blocked }) {
    const known = ids.indexOf(userId);
    if (blocked && known < 0) ids.push(userId);
    if (!blocked && known >= 0) ids.splice(known, 1);
    for (const message of all(document, `.message[data-author="${Number(userId)}"]`))
      foldMessage(message, blocked);
  }

  return { receive };
}
