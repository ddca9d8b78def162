/** Typing signs: sent at most every three seconds, and shown for six seconds after the last one. */

import { _ } from "../core/language.js";

const SEND_EVERY = 3000;
const FORGET_AFTER = 6000;

/**
 * @param {object} parts
 * @param {(conversationId: number, threadId?: number) => void} parts.send sends our own sign
 * @param {(conversationId: number, userIds: number[]) => void} parts.show is called whenever the set changes
 * @param {() => number} [parts.now] a test has a clock of its own
 * @param {Later} [parts.later]
 */
export function createTyping({ send, show, now = Date.now, later = setTimeout }) {
  /** @type {Map<number, Map<number, number>>} conversation → user → time of the last sign */
  const typists = new Map();
  /** @type {Map<number, number>} conversation → time of our own last sign */
  const sent = new Map();

  /** @param {number} conversationId */
  function typed(conversationId) {
    if (now() - (sent.get(conversationId) ?? -SEND_EVERY) < SEND_EVERY) return;
    sent.set(conversationId, now());
    send(conversationId);
  }

  /**
   * We sent or cleared the text: the next word sends a sign at once.
   *
   * @param {number} conversationId
   */
  function ended(conversationId) {
    sent.delete(conversationId);
  }

  /** @param {{conversation_id: number, user_id: number}} sign */
  function receive({ conversation_id: conversationId, user_id: userId }) {
    const here = typists.get(conversationId) ?? new Map();
    typists.set(conversationId, here);
    const isNew = !here.has(userId);
    here.set(userId, now());
    if (isNew) show(conversationId, [...here.keys()]);
    later(() => forgetOld(conversationId), FORGET_AFTER + 50);
  }

  /**
   * Somebody's message arrived.
   *
   * @param {number} conversationId
   * @param {number} userId
   */
  function remove(conversationId, userId) {
    const here = typists.get(conversationId);
    if (here?.delete(userId)) show(conversationId, [...here.keys()]);
  }

  /** @param {number} conversationId */
  function forgetOld(conversationId) {
    const here = typists.get(conversationId) ?? new Map();
    let isChanged = false;
    for (const [userId, last] of here) {
      if (now() - last >= FORGET_AFTER) isChanged = here.delete(userId) || isChanged;
    }
    if (isChanged) show(conversationId, [...here.keys()]);
  }

  return { send, typed, ended, receive, remove };
}

/**
 * `Dana is typing…`, `Dana and Bob are typing…`, `Several people are typing…`
 *
 * @param {string[]} names
 */
export function typingWords(names) {
  if (!names.length) return "";
  if (names.length === 1) return _("%(name)s is typing…", { name: names[0] });
  if (names.length === 2)
    return _("%(name)s and %(other)s are typing…", { name: names[0], other: names[1] });
  return _("Several people are typing…");
}
