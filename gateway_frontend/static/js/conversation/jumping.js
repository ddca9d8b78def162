/** Ways to other parts of the log: the newest messages, the first new one, and the one that a link leads to. */

import { find } from "../core/dom.js";
import { firstSeqOf, lastSeqOf } from "./entries.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {HTMLElement} parts.lines
 * @param {ReturnType<typeof import("./paging.js").createPaging>} parts.paging
 * @param {import("./viewport.js").Viewport} parts.viewport
 * @param {import("./paging.js").Load} parts.load
 * @param {(page: DrawablePage) => void} parts.replaceAll shows another part of the log
 * @param {(seq: number) => void} parts.markNewAfter
 * @param {() => void} parts.viewChanged
 */
export function createJumping({
  log,
  lines,
  paging,
  viewport,
  load,
  replaceAll,
  markNewAfter,
  viewChanged,
}) {
  /** Make sure that the newest messages are on the page, and scroll to them. */
  async function showNewest() {
    if (!paging.reachesEnd) replaceAll(await load({}));
    log.scrollTop = 0;
    viewChanged();
  }

  /**
   * Scroll to the "new" line, with the messages around `readSeq` if they are not on the page.
   *
   * @param {number} readSeq
   */
  async function showFirstNew(readSeq) {
    const isAbove = paging.hasOlder && firstSeqOf(lines) > readSeq;
    const isBelow = !paging.reachesEnd && lastSeqOf(lines) <= readSeq;
    if (isAbove || isBelow) {
      markNewAfter(readSeq);
      replaceAll(await load({ around: readSeq }));
    }
    showNewLine();
    viewChanged();
  }

  /**
   * Scroll to the message at `seq`, with the messages around it if it is not on the page.
   *
   * @param {number} seq
   */
  async function showAt(seq) {
    if (!messageBySeq(seq)) replaceAll(await load({ around: seq }));
    const message = messageBySeq(seq);
    if (message) viewport.showFrom(message);
    message?.focus({ preventScroll: true });
    viewChanged();
  }

  /** @param {number} seq */
  function messageBySeq(seq) {
    return find(lines, `.message[data-seq="${Number(seq)}"]`);
  }

  function showNewLine() {
    const line = find(lines, ".new");
    if (line) viewport.showFrom(line);
  }

  /**
   * Mark a message that a link leads to, and scroll to it.
   *
   * @param {number} seq
   */
  async function showLinked(seq) {
    await showAt(seq);
    messageBySeq(seq)?.classList.add("linked");
  }

  return { showNewest, showFirstNew, showAt, showNewLine, showLinked };
}
