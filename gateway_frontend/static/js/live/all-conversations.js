/** All of a person's conversations as this tab knows them: their logs, their unread counts, their names. */

import { isMarkedUnread, isMuted, markerOf } from "../marks/marks.js";
import { mentionsPerson } from "../mentions/mentions.js";
import { isInConversation } from "../threads/replies.js";
import { createLog } from "./log.js";
import { createUnread, forUnread } from "./unread.js";

/**
 * @typedef {ConversationSummary & {
 *   log: import("./log.js").Log,
 *   unreadState: ReturnType<typeof createUnread>,
 * }} KnownConversation
 */

/**
 * @param {object} parts
 * @param {Person} parts.me
 * @param {string} parts.epoch
 * @param {(id: number, after: number) => Promise<EventPage>} parts.fetchEvents
 * @param {(id: number) => Promise<ConversationSummary>} parts.fetchSummary
 * @param {Pause} parts.pause
 * @param {(conversation: KnownConversation, event: LogEvent) => void} parts.applied is called for each event, in order
 * @param {(conversation: KnownConversation) => void} parts.changed: a count or a name is another one
 * @param {(conversation: KnownConversation) => Promise<unknown>} parts.renewed: its log was restored
 * @param {(conversation: KnownConversation) => void} parts.removed
 * @param {(conversation: ConversationSummary) => void} parts.marked: the list says that messages were marked as unread
 * @param {(id: number) => unknown} parts.appeared: a conversation that is not in the list has an event
 */
export function createConversations({
  me,
  epoch,
  fetchEvents,
  fetchSummary,
  pause,
  applied,
  changed,
  renewed,
  removed,
  marked,
  appeared,
}) {
  /** @type {Map<number, KnownConversation>} */
  const known = new Map();
  /** @type {Map<number, number | null | undefined>} by id: `unread_from` as the server last sent it */
  const sentMarks = new Map();
  /** @type {Set<number>} */
  const appearing = new Set();

  /**
   * Take over the server's list: some are new, some are gone, its counts are right. Resolves when all logs are complete.
   *
   * @param {ConversationSummary[]} summaries
   */
  function adopt(summaries, isWhole = true) {
    const newlyMarked = summaries.filter(isNewlyMarked);
    const listed = new Map(summaries.map((summary) => [update(summary), summary]));
    const ids = new Set(summaries.map((summary) => summary.id));
    if (isWhole) for (const id of known.keys()) if (!ids.has(id)) remove(id);
    for (const summary of newlyMarked) marked(summary);
    // Events that the list includes and a log does not may not be sent again.
    const behind = Array.from(listed).filter(
      ([{ log }, { last_seq: lastSeq }]) => log.lastSeq < lastSeq,
    );
    return Promise.all(behind.map(([{ log }]) => log.catchUp()));
  }

  /**
   * The notice may have come before this page was connected.
   *
   * @param {ConversationSummary} summary
   */
  function isNewlyMarked(summary) {
    const unreadFrom = sentMarks.get(summary.id);
    return known.has(summary.id) && isMarkedUnread({ unread_from: unreadFrom }, summary);
  }

  /**
   * A summary may be older than what this tab knows: made before the marker moved here, or before the last messages.
   *
   * @param {ConversationSummary} summary
   */
  function update(summary, isRestored = false) {
    sentMarks.set(summary.id, summary.unread_from);
    const conversation = known.get(summary.id);
    if (!conversation) return add(summary);
    const { readSeq, baseSeq, later } = conversation.unreadState;
    const isOutdated =
      !isMarkedUnread(conversation, summary) &&
      (readSeq > markerOf(summary) || baseSeq > summary.last_seq);
    if (isRestored) conversation.unreadState = createUnread(forUnread(summary));
    else if (!isOutdated) conversation.unreadState = createUnread({ ...forUnread(summary), later });
    Object.assign(conversation, summary);
    changed(conversation);
    return conversation;
  }

  /**
   * It may have been removed while its summary was fetched.
   *
   * @param {ConversationSummary} summary
   */
  function updateKnown(summary, isRestored = false) {
    if (known.has(summary.id)) update(summary, isRestored);
  }

  /** @param {ConversationSummary} summary */
  function add(summary) {
    const log = createLog({
      lastSeq: summary.last_seq,
      epoch,
      apply: (event) => apply(conversation, event),
      fetchAfter: (seq) => fetchAfter(summary.id, seq),
      restart: () => restart(conversation),
      pause,
    });
    /** @type {KnownConversation} */
    const conversation = { ...summary, log, unreadState: createUnread(forUnread(summary)) };
    known.set(summary.id, conversation);
    changed(conversation);
    return conversation;
  }

  /**
   * A conversation that we may no longer read has no events for us.
   *
   * @param {number} id
   * @param {number} seq
   */
  async function fetchAfter(id, seq) {
    try {
      return await fetchEvents(id, seq);
    } catch (problem) {
      if (problem.isPassing || problem.status === 401) throw problem;
      remove(id);
      return { events: [], last_seq: seq, more: false };
    }
  }

  /** @param {number} id */
  function remove(id) {
    const conversation = known.get(id);
    if (!conversation) return;
    conversation.log.close();
    known.delete(id);
    removed(conversation);
  }

  /** @param {LogEvent} event */
  function receive(event) {
    const conversation = known.get(event.conversation_id);
    if (conversation) conversation.log.receive(event);
    else appear(event.conversation_id);
  }

  /**
   * The list has an end, and people write beyond it: each such conversation is fetched once at a time.
   *
   * @param {number} id
   */
  function appear(id) {
    if (appearing.has(id)) return;
    appearing.add(id);
    Promise.resolve(appeared(id))
      .catch(() => {})
      .finally(() => appearing.delete(id));
  }

  /**
   * @param {KnownConversation} conversation
   * @param {LogEvent} event
   */
  function apply(conversation, event) {
    const { type, data } = event;
    if (type === "message.created" && data.author_id !== me.id && isInConversation(data))
      conversation.unreadState.add(event.seq, mentionsPerson(data, me.id));
    if (type === "message.restored" && data.author_id !== me.id)
      conversation.unreadState.add(data.seq, mentionsPerson(data, me.id));
    if (type === "message.edited" && data.author_id !== me.id) edited(conversation, data);
    if (type === "message.deleted") conversation.unreadState.remove(data.seq);
    if (type === "conversation.updated") Object.assign(conversation, data.conversation);
    applied(conversation, event);
    changed(conversation);
  }

  /**
   * @param {KnownConversation} conversation
   * @param {Message} message
   */
  async function edited({ id, unreadState }, message) {
    const isKnown = unreadState.edited(message.seq, mentionsPerson(message, me.id));
    if (!isKnown) updateKnown(await fetchSummary(id));
  }

  /**
   * The read marker moved past the messages at the seqs `passed`; they are unknown when another tab moved it.
   *
   * @param {number} id
   * @param {number} seq
   * @param {number[] | null} passed
   * @param {number[]} [passedMentions] those of them that mention this person
   */
  async function read(id, seq, passed = null, passedMentions = []) {
    const conversation = known.get(id);
    if (!conversation) return;
    const isKnown = conversation.unreadState.read(seq, passed, passedMentions);
    if (seq >= (conversation.read_seq ?? 0)) conversation.unread_from = null;
    changed(conversation);
    if (!isKnown) updateKnown(await fetchSummary(id));
  }

  /**
   * The person's own marks have changed, in this tab or elsewhere. → whether messages were marked as unread.
   *
   * @param {Membership} membership
   */
  function marksChanged({ conversation_id: id, ...marks }, isUnreadHere = false) {
    const conversation = known.get(id);
    if (!conversation) return false;
    const isUnread = isUnreadHere || isMarkedUnread(conversation, marks);
    if (isUnread) conversation.unread_from = null; // it may be the seq that was marked before
    update(/** @type {any} */ ({ id, ...marks }));
    return isUnread;
  }

  /**
   * The time of a mute has passed.
   *
   * @param {number} id
   */
  function unmute(id) {
    const conversation = known.get(id);
    if (!conversation) return;
    conversation.muted_until = null;
    changed(conversation);
  }

  /**
   * A followed thread has a reply, was read, or is followed no longer.
   *
   * @param {ThreadState} state
   */
  function threadChanged({ conversation_id: id, message_id: threadId, following, unread }) {
    const conversation = known.get(id);
    if (!conversation) return;
    const others = (conversation.unread_threads ?? []).filter((other) => other !== threadId);
    conversation.unread_threads = following && unread ? [...others, threadId] : others;
    changed(conversation);
  }

  /** @param {KnownConversation} conversation */
  async function restart(conversation) {
    const summary = await fetchSummary(conversation.id);
    updateKnown(summary, true);
    await renewed(conversation);
    return { lastSeq: summary.last_seq };
  }

  return {
    adopt,
    receive,
    read,
    marksChanged,
    unmute,
    threadChanged,
    remove,
    /** @param {number} id */
    get: (id) => known.get(id),
    list: () =>
      Array.from(known.values(), (conversation) => ({
        ...conversation,
        unread: conversation.unreadState.count,
      })),
    logs: () => new Map(Array.from(known, ([id, conversation]) => [id, conversation.log])),
    /** The number of followed threads with unread replies. */
    get unreadThreads() {
      return Array.from(known.values()).reduce(
        (sum, conversation) => sum + (conversation.unread_threads?.length ?? 0),
        0,
      );
    },
    get unreadMentions() {
      return Array.from(known.values()).reduce((sum, each) => sum + each.unreadState.mentions, 0);
    },
    get unread() {
      return Array.from(known.values())
        .filter((conversation) => !isMuted(conversation))
        .reduce((sum, conversation) => sum + conversation.unreadState.count, 0);
    },
  };
}
