/** Which part of a log was on screen; the read marker follows it and never passes an unseen message. */

/** @param {number} readSeq */
export function createSeen(readSeq) {
  /** @type {[number, number][]} [after, last], not touching each other, after the marker */
  let ranges = [];

  /**
   * Everything later than seq `after` up to seq `last` was on screen. → whether the marker moved.
   *
   * @param {number} after
   * @param {number} last
   */
  function saw(after, last) {
    const joined = ranges.filter(([start, end]) => start <= last && end >= after);
    ranges = ranges.filter((range) => !joined.includes(range));
    ranges.push([
      Math.min(after, ...joined.map(([start]) => start)),
      Math.max(last, ...joined.map(([, end]) => end)),
    ]);
    return advance();
  }

  /**
   * The marker was moved to `seq`, here or elsewhere. → whether it was before that.
   *
   * @param {number} seq
   */
  function read(seq) {
    if (seq <= readSeq) return false;
    readSeq = seq;
    advance();
    return true;
  }

  /**
   * Everything after `seq` is unread again.
   *
   * @param {number} seq
   */
  function restart(seq) {
    readSeq = seq;
    ranges = [];
  }

  function advance() {
    const before = readSeq;
    for (const [after, last] of ranges.sort(([one], [other]) => one - other))
      if (after <= readSeq) readSeq = Math.max(readSeq, last);
    ranges = ranges.filter(([, last]) => last > readSeq);
    return readSeq > before;
  }

  return {
    saw,
    read,
    restart,
    get readSeq() {
      return readSeq;
    },
  };
}
