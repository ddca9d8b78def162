/** The read marker of the open conversation, and the ways to the new messages above and below the visible part. */

import { sinceWords } from "../core/times.js";
import { previousMessage, seqOf } from "./entries.js";
import { createSeen } from "./seen.js";

const FAR = 200; // px above the end
const MOST_COUNTED = 1000;

/**
 * `timeline` is the log on the page; `unread()` the number of unread messages in the conversation; `latestSeq()` the
 * last known seq of the log. `moved(seq, passed)` gets each new position of the marker, with the seqs of others'
 * messages that it passed, or null for all; `failed(words)` shows an error.
 */
export function createReading({ root, me, timeline, readSeq, unread, latestSeq, moved, failed }) {
  const { viewport } = timeline;
  const above = root.querySelector("[data-new=above]");
  const below = root.querySelector("[data-new=below]");
  const seen = createSeen(readSeq);
  let since = null;
  let frame = null;

  /** What is in view may have changed. */
  function looked() {
    frame ??= requestAnimationFrame(() => {
      frame = null;
      look();
    });
  }

  function look() {
    const view = isLooking() && viewport.messagesInView();
    if (view) {
      const before = seen.readSeq;
      const last = viewport.isAtEnd() ? Math.max(seqOf(view.last), latestSeq()) : seqOf(view.last);
      if (seen.saw(seqBefore(view.first), last)) moved(seen.readSeq, passedSince(before));
    }
    showWays();
  }

  /** The messages between this seq and `message` are none: gaps in the seqs are other entries of the log. */
  function seqBefore(message) {
    const previous = previousMessage(message);
    if (previous) return seqOf(previous);
    return timeline.hasOlder ? seqOf(message) - 1 : 0;
  }

  function passedSince(before) {
    const passed = [];
    let next = firstUnread(before);
    for (; next && seqOf(next) <= seen.readSeq; next = firstUnread(seqOf(next)))
      passed.push(seqOf(next));
    return passed;
  }

  function firstUnread(after = seen.readSeq) {
    return viewport.firstAfter(after, (message) => message.dataset.author !== String(me.id));
  }

  function showWays() {
    const count = unread();
    const isCutOff = timeline.hasOlder && timeline.firstSeq > seen.readSeq; // unread messages may be above the page
    const first = count ? firstUnread() : null;
    if (first && !isCutOff) since = new Date(first.dataset.date);
    if (!count) since = null;
    const isAbove = count > 0 && (isCutOff || (first !== null && viewport.isAbove(first)));
    const countBelow = isAbove ? countNewBelow() : count;
    above.hidden = !isAbove;
    label(
      above,
      `${count.toLocaleString("en")} new${since ? ` since ${sinceWords(since)}` : ""} ↑`,
    );
    below.hidden =
      viewport.isAtEnd() || (timeline.reachesEnd && !countBelow && viewport.distance < FAR);
    label(below, countBelow ? `${words(countBelow)} ↓` : "Newest messages ↓");
    below.querySelector("[data-action=mark-read]").hidden = isAbove || !countBelow;
  }

  function countNewBelow() {
    let count = 0;
    let next = viewport.messagesInView()?.last;
    for (
      next = next && firstUnread(seqOf(next));
      next && count < MOST_COUNTED;
      next = firstUnread(seqOf(next))
    )
      count += 1;
    return count;
  }

  function clicked(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "show-new")
      timeline.showFirstNew(seen.readSeq).catch((problem) => failed(problem.message));
    if (action === "show-newest") timeline.showNewest().catch((problem) => failed(problem.message));
    if (action === "mark-read") markRead();
  }

  function markRead() {
    if (seen.read(Math.max(latestSeq(), timeline.lastSeq))) moved(seen.readSeq, null);
    showWays();
    root.querySelector(".log").focus({ preventScroll: true });
  }

  const resized = new ResizeObserver(looked);
  resized.observe(root.querySelector(".log"));
  root.querySelector(".log").addEventListener("scroll", looked, { passive: true });
  for (const ways of [above, below]) ways.addEventListener("click", clicked);
  looked();

  return {
    looked,
    /** A message of somebody else is about to be drawn: unless it is seen at once, the "new" line is above it. */
    arriving() {
      const isSeen = isLooking() && viewport.isAtEnd();
      if (!isSeen && timeline.reachesEnd && !firstUnread()) timeline.markNewAfter(timeline.lastSeq);
    },
    /** The marker moved in another tab. */
    readElsewhere(seq) {
      if (seen.read(seq)) looked();
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

function words(count) {
  return `${count.toLocaleString("en")} new ${count === 1 ? "message" : "messages"}`;
}

function label(ways, text) {
  const button = ways.querySelector("button");
  if (button.textContent !== text) button.textContent = text;
}
