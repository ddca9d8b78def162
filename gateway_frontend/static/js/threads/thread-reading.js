/** The read marker of the open thread: the replies count as read once their end was in view. */

const DELAY = 250;

/**
 * @param {object} parts
 * @param {import("../conversation/timeline.js").Timeline} parts.timeline
 * @param {() => boolean} parts.isFollowing only followed threads have a marker
 * @param {number} parts.readSeq
 * @param {(seq: number) => Promise<unknown>} parts.put sends the marker to the server; may throw
 */
export function createThreadReading({ timeline, isFollowing, readSeq, put }) {
  /** @type {number | undefined} */
  let timer;

  /** Other replies may be in view, or the window may have the focus. */
  function viewChanged() {
    timer ??= setTimeout(() => {
      timer = undefined;
      readVisible();
    }, DELAY);
  }

  function readVisible() {
    const { lastSeq } = timeline;
    if (!isFollowing() || lastSeq <= readSeq || !isLooking() || !timeline.viewport.isAtEnd())
      return;
    const before = readSeq;
    readSeq = lastSeq;
    put(lastSeq).catch(() => {
      readSeq = Math.min(readSeq, before); // the next look sends it again
    });
  }

  viewChanged();

  return {
    viewChanged,
    /** Another person's reply is about to be drawn: unless it is seen at once, the "new" line is above it. */
    arriving() {
      const isSeen = isLooking() && timeline.viewport.isAtEnd();
      if (!isSeen && timeline.lastSeq <= readSeq) timeline.markNewAfter(timeline.lastSeq);
    },
    /**
     * The marker moved in another tab.
     *
     * @param {number} seq
     */
    readElsewhere(seq) {
      readSeq = Math.max(readSeq, seq);
    },
    close() {
      clearTimeout(timer);
    },
  };
}

function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}
