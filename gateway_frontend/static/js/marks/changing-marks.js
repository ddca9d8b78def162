/** The person's marks on all conversations, as they change: set here, and mutes that end. */

import { call } from "../core/api.js";
import { _ } from "../core/language.js";
import { isMuted } from "./marks.js";

const MUTES_MS = 20_000;

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("../live/all-conversations.js").createConversations>} parts.conversations
 * @param {ReturnType<typeof import("../live/read-markers.js").createReadMarkers>} parts.readMarkers
 * @param {(id: number) => import("../conversation/open-conversation.js").OpenConversation | null} parts.openWith
 *   the open conversation if it has this id
 * @param {(words: string) => unknown} parts.say shows a sentence for a while
 */
export function createChangingMarks({ conversations, readMarkers, openWith, say }) {
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();

  /**
   * One after the other: an answer that comes late must not take back what was chosen after it.
   *
   * @param {() => Promise<void>} act
   */
  function inTurn(act) {
    const done = last.then(act);
    last = done.catch(() => {}); // the caller of `act` shows the failure
    return done;
  }

  /**
   * @param {number} id
   * @param {MarkChanges} changes
   */
  async function patch(id, changes) {
    const isUnread = Boolean(changes.unread_from);
    if (isUnread) readMarkers.forget(id);
    const membership = await call("PATCH", `/api/conversations/${id}/me`, changes);
    conversations.marksChanged(membership, isUnread);
    openWith(id)?.marksChanged(membership, isUnread);
  }

  async function readAll() {
    try {
      /** @type {{conversations: {conversation_id: number, read_seq: number}[]}} */
      const moved = await call("POST", "/api/read-all");
      for (const { conversation_id: id, read_seq: seq } of moved.conversations) {
        conversations.read(id, seq);
        openWith(id)?.readElsewhere(seq);
      }
      say(_("Everything is marked as read."));
    } catch (problem) {
      say(problem.message);
    }
  }

  setInterval(() => {
    for (const conversation of conversations.list())
      if (conversation.muted_until && !isMuted(conversation)) conversations.unmute(conversation.id);
  }, MUTES_MS);

  return {
    /**
     * @param {number} id
     * @param {MarkChanges} changes
     */
    change: (id, changes) => inTurn(() => patch(id, changes)),
    readAll: () => inTurn(readAll),
  };
}
