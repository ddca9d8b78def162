/** Pages of the log in small parts, each of which is a page, too: drawing one takes less than a frame. */

const PART = 10;

/**
 * From the newest to the oldest.
 *
 * @param {DrawablePage} page
 * @returns {Generator<DrawablePage>}
 */
export function* olderParts({ messages, notes, is_whole: isWhole, ...page }) {
  let end = messages.length;
  do {
    const start = Math.max(0, end - PART);
    const from = start ? messages[start].seq : -Infinity;
    const before = messages[end]?.seq ?? Infinity;
    yield {
      ...page,
      messages: messages.slice(start, end),
      notes: notes.filter(({ seq }) => seq >= from && seq < before),
      is_whole: isWhole && !start,
    };
    end = start;
  } while (end);
}

/**
 * From the oldest to the newest.
 *
 * @param {DrawablePage} page
 * @returns {Generator<DrawablePage>}
 */
export function* newerParts({ messages, notes, reaches_end: reachesEnd, ...page }) {
  let start = 0;
  do {
    const end = Math.min(start + PART, messages.length);
    const after = messages[start - 1]?.seq ?? -Infinity;
    const upTo = end < messages.length ? messages[end - 1].seq : Infinity;
    yield {
      ...page,
      messages: messages.slice(start, end),
      notes: notes.filter(({ seq }) => seq > after && seq <= upTo),
      reaches_end: reachesEnd && end === messages.length,
    };
    start = end;
  } while (start < messages.length);
}
