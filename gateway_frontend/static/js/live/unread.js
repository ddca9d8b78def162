import { markerOf } from "../marks/marks.js";

/**
 * Unread messages of one conversation, derived and never counted up: others' messages after the read marker, and
 * those of them that mention the reader.
 *
 * The server's counts hold for everything up to `lastSeq`; later messages are remembered by their seq.
 *
 * @param {object} start
 * @param {number} start.lastSeq
 * @param {number} start.readSeq
 * @param {number} start.unread
 * @param {number} [start.mentions]
 * @param {Iterable<[number, boolean]>} [start.later] others' messages that this tab has seen already, and whether
 *   each mentions the reader; those after `lastSeq` count
 */
export function createUnread({ lastSeq, readSeq, unread, mentions = 0, later: seen = [] }) {
  const baseSeq = lastSeq;
  const later = new Map(Array.from(seen).filter(([seq]) => seq > baseSeq));
  let base = readSeq >= baseSeq ? 0 : unread;
  let baseMentions = readSeq >= baseSeq ? 0 : mentions;

  return {
    /**
     * Somebody else's message is in the log at `seq`.
     *
     * @param {number} seq
     */
    add(seq, mentionsMe = false) {
      if (seq > baseSeq) later.set(seq, mentionsMe);
    },
    /**
     * It was edited. → whether the count of mentions is known; if not, only the server can say.
     *
     * @param {number} seq
     * @param {boolean} mentionsMe
     */
    edited(seq, mentionsMe) {
      if (later.has(seq)) later.set(seq, mentionsMe);
      return seq > baseSeq || seq <= readSeq;
    },
    /**
     * A message was deleted; it counts no more.
     *
     * @param {number} seq
     */
    remove(seq) {
      later.delete(seq);
    },
    /**
     * The marker moved to `seq` (it only grows), past others' messages at the seqs `passed`, if that is known, of
     * which those at `passedMentions` mention the reader.
     * → whether the count is known; if not, only the server can say.
     *
     * @param {number} seq
     * @param {number[] | null} passed
     * @param {number[]} passedMentions
     */
    read(seq, passed = null, passedMentions = []) {
      if (seq <= readSeq) return true;
      readSeq = seq;
      if (readSeq >= baseSeq) [base, baseMentions] = [0, 0];
      else if (passed) {
        base = Math.max(0, base - countUpTo(baseSeq, passed));
        baseMentions = Math.max(0, baseMentions - countUpTo(baseSeq, passedMentions));
      }
      return Boolean(passed) || readSeq >= baseSeq || base === 0;
    },
    get readSeq() {
      return readSeq;
    },
    /** The seq up to which the server has counted. */
    get baseSeq() {
      return baseSeq;
    },
    /** Others' messages after that. */
    get later() {
      return Array.from(later);
    },
    get count() {
      let count = base;
      for (const seq of later.keys()) if (seq > readSeq) count += 1;
      return count;
    },
    get mentions() {
      let count = Math.min(base, baseMentions);
      for (const [seq, mentionsMe] of later) if (mentionsMe && seq > readSeq) count += 1;
      return count;
    },
  };
}

/**
 * @param {number} end
 * @param {number[]} seqs
 */
function countUpTo(end, seqs) {
  return seqs.filter((seq) => seq <= end).length;
}

/**
 * `(3) # kitchen · Parley` for the tab.
 *
 * @param {string} title
 * @param {number} count
 */
export function titleWithCount(title, count) {
  const bare = title.replace(/^\(\d+\+?\) /, "");
  return count > 0 ? `(${count > 99 ? "99+" : count}) ${bare}` : bare;
}

/**
 * What a list of conversations says of one.
 *
 * @param {ConversationSummary} summary
 */
export function forUnread(summary) {
  return {
    lastSeq: summary.last_seq,
    readSeq: markerOf(summary),
    unread: summary.unread ?? 0,
    mentions: summary.unread_mentions ?? 0,
  };
}
