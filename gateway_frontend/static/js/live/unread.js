/**
 * Unread messages of one conversation, derived and never counted up: others' messages after the read marker.
 *
 * The server's count holds for everything up to `lastSeq`; later messages are remembered by their seq.
 *
 * @param {{lastSeq: number, readSeq: number, unread: number, later?: number[]}} start `later`: others' messages that
 *   this tab has seen already; those after `lastSeq` count
 */
export function createUnread({ lastSeq, readSeq, unread, later: seen = [] }) {
  const baseSeq = lastSeq;
  /** @type {Set<number>} */
  const later = new Set(seen.filter((seq) => seq > baseSeq));
  let base = readSeq >= baseSeq ? 0 : unread;

  return {
    /**
     * Somebody else's message is in the log at `seq`.
     *
     * @param {number} seq
     */
    add(seq) {
      if (seq > baseSeq) later.add(seq);
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
     * The marker moved to `seq` (it only grows), past others' messages at the seqs `passed`, if that is known.
     * → whether the count is known; if not, only the server can say.
     *
     * @param {number} seq
     * @param {number[] | null} passed
     */
    read(seq, passed = null) {
      if (seq <= readSeq) return true;
      readSeq = seq;
      if (readSeq >= baseSeq) base = 0;
      else if (passed) base = Math.max(0, base - passed.filter((other) => other <= baseSeq).length);
      return Boolean(passed) || readSeq >= baseSeq || base === 0;
    },
    get readSeq() {
      return readSeq;
    },
    /** The seq up to which the server has counted. */
    get baseSeq() {
      return baseSeq;
    },
    /** @returns {number[]} the seqs of others' messages after that */
    get later() {
      return Array.from(later);
    },
    get count() {
      let count = base;
      for (const seq of later) if (seq > readSeq) count += 1;
      return count;
    },
  };
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
