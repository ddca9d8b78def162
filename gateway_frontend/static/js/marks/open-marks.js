/** The person's marks on the open conversation: the read marker as it moves, and what the header's menu sets. */

import { createReading } from "../conversation/reading.js";
import { createConversationMenu } from "./conversation-menu.js";
import { markerOf } from "./marks.js";

const READ_DELAY = 250;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {number | null} parts.id
 * @param {Reader} parts.me
 * @param {import("../conversation/timeline.js").Timeline} parts.timeline
 * @param {() => number} parts.latestSeq the last known seq of the log
 * @param {import("../conversation/open-conversation.js").AppParts} parts.app
 */
export function createOpenMarks({ root, id, me, timeline, latestSeq, app }) {
  const { showError } = app;
  /** @type {number | undefined} */
  let timer;
  let movedTo = 0;
  /** @type {Promise<unknown>} */
  let changing = Promise.resolve();
  const unread = () => (id ? app.unread(id) : 0);
  const reading = createReading({
    root,
    me,
    timeline,
    showError,
    readSeq: Number(root.dataset.readSeq) || 0,
    unread,
    latestSeq,
    moved: markerMoved,
  });
  const menu = id
    ? createConversationMenu({
        root,
        id,
        change,
        unread,
        showFirstNew: reading.showFirstNew,
        timeline,
        showError,
      })
    : null;

  /**
   * The count in this tab falls at once; the server gets one marker for several moves.
   *
   * @param {number} seq
   * @param {number[] | null} passed
   * @param {number[]} [passedMentions]
   */
  function markerMoved(seq, passed, passedMentions) {
    if (!id) return;
    movedTo = seq;
    app.readHere(id, seq, passed, passedMentions);
    timer ??= setTimeout(sendMarker, READ_DELAY);
  }

  function sendMarker() {
    stopTimer();
    if (id) app.sendMarker(id, movedTo);
  }

  /** @param {MarkChanges} changes */
  async function change(changes) {
    if (changes.unread_from) stopTimer();
    if (id) changing = app.changeMarks(id, changes);
    await changing;
  }

  /** An answer that is underway must not take it back. */
  async function markRead() {
    await changing.catch(() => {}); // the caller that made the change reports its failure
    reading.markRead();
  }

  function stopTimer() {
    clearTimeout(timer);
    timer = undefined;
  }

  /**
   * They have changed, here or elsewhere.
   *
   * @param {Membership} membership
   * @param {boolean} isUnread whether messages were marked as unread
   */
  function changed(membership, isUnread) {
    menu?.show(membership);
    if (!isUnread) return reading.readElsewhere(markerOf(membership));
    stopTimer(); // a marker that is sent later would take it back
    return reading.hold(markerOf(membership));
  }

  return {
    reading,
    changed,
    markRead,
    /** @type {Record<"mark-unread", import("../conversation/message-tools.js").MessageAction>} */
    actions: {
      "mark-unread": {
        isOffered: (message) => id !== null && message.dataset.author !== String(me.id),
        act: (message) => change({ unread_from: Number(message.dataset.seq) }),
      },
    },
    close() {
      if (timer) sendMarker();
      reading.close();
    },
  };
}
