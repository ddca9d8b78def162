/** The read marker of the open conversation, and the buttons to new messages above and below the visible part. */

import { actionOf, fill, one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";
import { sinceWords } from "../core/times.js";
import { previousMessage, seqOf } from "./entries.js";
import { createSeen } from "./seen.js";

const FAR = 200; // px above the end
const MOST_COUNTED = 1000;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {Reader} parts.me
 * @param {import("./timeline.js").Timeline} parts.timeline the log on the page
 * @param {number} parts.readSeq
 * @param {() => number} parts.unread the number of unread messages in the conversation
 * @param {() => number} parts.latestSeq the last known seq of the log
 * @param {(seq: number, passed: number[] | null, passedMentions?: number[]) => void} parts.moved gets each new
 *   position of the marker, with the seqs of others' messages that it passed, or null for all, and of those that
 *   mention the reader
 * @param {ShowError} parts.showError
 */
export function createReading({
  root,
  me,
  timeline,
  readSeq,
  unread,
  latestSeq,
  moved,
  showError,
}) {
  const { viewport } = timeline;
  const log = one(root, ".log");
  const above = one(root, "[data-new=above]");
  const below = one(root, "[data-new=below]");
  const seen = createSeen(readSeq);
  /** @type {Date | null} */
  let since = null;
  let frame = 0;
  let isHeld = false; // messages were marked as unread while the conversation is open

  /** Other messages may be in view, or the window may have the focus. */
  function viewChanged() {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      readVisible();
    });
  }

  function readVisible() {
    const view = !isHeld && isLooking() && viewport.messagesInView();
    if (view) {
      const before = seen.readSeq;
      const last = viewport.isAtEnd() ? Math.max(seqOf(view.last), latestSeq()) : seqOf(view.last);
      if (seen.saw(seqBefore(view.first), last)) reportMove(before);
    }
    showButtons();
  }

  /**
   * No message is between this seq and `message`: gaps in the seqs of messages are other entries of the log.
   *
   * @param {HTMLElement} message
   */
  function seqBefore(message) {
    const previous = previousMessage(message);
    if (previous) return seqOf(previous);
    return timeline.hasOlder ? seqOf(message) - 1 : 0;
  }

  /** @param {number} before */
  function reportMove(before) {
    /** @type {HTMLElement[]} */
    const passed = [];
    let next = firstUnread(before);
    for (; next && seqOf(next) <= seen.readSeq; next = firstUnread(seqOf(next))) passed.push(next);
    // Messages that were seen may be gone from the page meanwhile.
    if (timeline.hasOlder && timeline.firstSeq > before) return moved(seen.readSeq, null);
    const mentions = passed.filter((message) => message.classList.contains("mentions-me"));
    return moved(seen.readSeq, passed.map(seqOf), mentions.map(seqOf));
  }

  function firstUnread(after = seen.readSeq) {
    return viewport.firstAfter(after, (message) => message.dataset.author !== String(me.id));
  }

  function showButtons() {
    const count = unread();
    const isCutOff = timeline.hasOlder && timeline.firstSeq > seen.readSeq; // unread messages may be above the page
    const first = count ? firstUnread() : null;
    if (first && !isCutOff) since = new Date(first.dataset.date ?? "");
    if (!count) since = null;
    const isAbove = count > 0 && (isCutOff || (first !== null && viewport.isAbove(first)));
    const countBelow = isAbove ? countNewBelow() : count;
    above.hidden = !isAbove;
    label(above, `${newWords(count, since)} ↑`);
    below.hidden =
      viewport.isAtEnd() || (timeline.reachesEnd && !countBelow && viewport.distance < FAR);
    label(below, countBelow ? `${countWords(countBelow)} ↓` : `${_("Newest messages")} ↓`);
    fill(below, { "[data-action=mark-read]": { hidden: isAbove || !countBelow } });
  }

  function countNewBelow() {
    let count = 0;
    const last = viewport.messagesInView()?.last;
    let next = last ? firstUnread(seqOf(last)) : null;
    for (; next && count < MOST_COUNTED; next = firstUnread(seqOf(next))) count += 1;
    return count;
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const action = actionOf(event);
    if (action === "show-new") showFirstNew();
    if (action === "show-newest")
      timeline.showNewest().catch((problem) => showError(problem.message));
    if (action !== "mark-read") return;
    markRead();
    log.focus({ preventScroll: true }); // the button is gone
  }

  function showFirstNew() {
    timeline.showFirstNew(seen.readSeq).catch((problem) => showError(problem.message));
  }

  function markRead() {
    isHeld = false;
    if (seen.read(Math.max(latestSeq(), timeline.lastSeq))) moved(seen.readSeq, null);
    showButtons();
  }

  const resized = new ResizeObserver(viewChanged);
  resized.observe(log);
  log.addEventListener("scroll", viewChanged, { passive: true });
  for (const buttons of [above, below]) buttons.addEventListener("click", clicked);
  viewChanged();

  return {
    viewChanged,
    /** Another person's message is about to be drawn: unless it is seen at once, the "new" line is above it. */
    arriving() {
      const isSeen = !isHeld && isLooking() && viewport.isAtEnd();
      if (isSeen || firstUnread()) return;
      if (timeline.reachesEnd) timeline.markNewAfter(timeline.lastSeq);
      else if (unread() === 1) timeline.markNewAfter(latestSeq() - 1); // it is the first, below the page
    },
    /**
     * The marker moved in another tab.
     *
     * @param {number} seq
     */
    readElsewhere(seq) {
      if (!seen.read(seq)) return;
      isHeld = false;
      viewChanged();
    },
    markRead,
    showFirstNew,
    /**
     * Everything after `seq` was marked as unread: nothing counts as read until the conversation is opened again.
     *
     * @param {number} seq
     */
    hold(seq) {
      isHeld = true;
      since = null;
      seen.restart(seq);
      timeline.showNewAfter(seq);
      showButtons();
    },
    get readSeq() {
      return seen.readSeq;
    },
    close() {
      resized.disconnect();
      cancelAnimationFrame(frame);
    },
  };
}

function isLooking() {
  return document.visibilityState === "visible" && document.hasFocus();
}

/**
 * `5 new since 18:02`
 *
 * @param {number} count
 * @param {Date | null} since
 */
function newWords(count, since) {
  if (!since) return ngettext("%(num)s new", "%(num)s new", count);
  const time = sinceWords(since);
  return ngettext("%(num)s new since %(time)s", "%(num)s new since %(time)s", count, { time });
}

/** @param {number} count */
function countWords(count) {
  return ngettext("%(num)s new message", "%(num)s new messages", count);
}

/**
 * @param {HTMLElement} buttons
 * @param {string} text
 */
function label(buttons, text) {
  const button = one(buttons, "button");
  if (button.textContent !== text) button.textContent = text;
}
