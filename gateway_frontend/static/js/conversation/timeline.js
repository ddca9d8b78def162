/** The log on the page: messages and notes in order of seq, with heads, days between them, and the "new" line. */

import { dayKey, dayName, isSoonAfter } from "../core/times.js";
import { SENT } from "../live/outbox.js";
import {
  drawLine,
  dropLinesBefore,
  isEntry,
  isMessage,
  isNote,
  nextEntry,
  previousEntry,
  previousMessage,
  seqOf,
} from "./entries.js";
import { drawMessage, drawWaiting, fillMessage, fillWaiting } from "./message.js";
import { drawNote, speak } from "./notes.js";
import { createPaging } from "./paging.js";
import { createViewport } from "./viewport.js";

/**
 * `root` is the conversation's element as the server rendered it; `load({before} | {after} | {around} | {})` →
 * {messages, notes, is_whole, reaches_end}, oldest first; `looked()` is called whenever other messages may have come
 * into view; `arrivals` announces them to screen readers.
 */
export function createTimeline({ root, me, load, looked, arrivals }) {
  const log = root.querySelector(".log");
  const lines = log.querySelector(".lines");
  const kind = root.dataset.kind === "group" ? "group" : "room";
  const leftOut = new Map(); // id → message that arrived while the page on which it belongs was loading
  let newestSeq = 0; // of the messages that are known but not on the page
  let newAfter = "newAfter" in root.dataset ? Number(root.dataset.newAfter) : Infinity;

  const paging = createPaging({ log, lines, load, older, newer, firstSeq, lastSeq });
  const viewport = createViewport({ log, lines, reachesEnd: () => paging.reachesEnd });

  /** A message of the log, new or changed. */
  function upsert(message) {
    viewport.keepPlace(() => {
      const known = byId(message.id) || (message.client_id && byClient(message.client_id));
      if (!known?.dataset.seq && !belongsHere(message.seq)) leaveOut(message, known);
      else if (known) update(known, message);
      else add(message);
    });
    looked();
  }

  function update(known, message) {
    const isPlaced = known.dataset.seq === String(message.seq);
    fillMessage(known, message, me);
    if (!isPlaced) place(known);
  }

  function add(message) {
    if (message.author_id !== me.id) arrivals.arriving();
    place(drawMessage(message, me));
  }

  /** Between it and the page there are messages that are not loaded. */
  function leaveOut(message, waiting) {
    waiting?.remove();
    newestSeq = Math.max(newestSeq, message.seq);
    if (paging.isLoading()) leftOut.set(message.id, message);
  }

  function belongsHere(seq) {
    return !(paging.hasOlder && seq < firstSeq()) && !(!paging.reachesEnd && seq > lastSeq());
  }

  /** A member joined or left, or the room changed; adding the same note again is harmless. */
  function addNote(note) {
    if (lines.querySelector(`.note[data-seq="${Number(note.seq)}"]`) || !belongsHere(note.seq))
      return;
    arrivals.arriving(false);
    viewport.keepPlace(() => place(drawNote(note)));
  }

  /** An unsent item, or its new state. */
  function showItem(item) {
    if (item.state === SENT) return;
    const known = byClient(item.client_id);
    if (known?.dataset.seq) return;
    if (known) fillWaiting(known, item);
    else viewport.keepPlace(() => place(drawWaiting(item, me)));
  }

  function removeItem(clientId) {
    const known = byClient(clientId);
    if (known && !known.dataset.seq) known.remove();
  }

  /** Show another part of the log. */
  function replaceAll(page) {
    arrivals.hush();
    for (const element of lines.querySelectorAll(".message[data-seq], .note, .day, .new"))
      element.remove();
    paging.restart({
      hasOlder: !page.is_whole,
      hasLater: !endsWith(page),
      beginning: drawBeginning(),
    });
    for (const element of drawAll(page)) place(element);
    placeLeftOut();
    log.scrollTop = 0;
  }

  /** Make sure that the newest messages are on the page, and scroll to them. */
  async function showNewest() {
    if (!paging.reachesEnd) replaceAll(await load({}));
    log.scrollTop = 0;
    looked();
  }

  /** Scroll to the "new" line, with the messages around `readSeq` if they are not on the page. */
  async function showFirstNew(readSeq) {
    if (paging.hasOlder && firstSeq() > readSeq) {
      newAfter = readSeq;
      replaceAll(await load({ around: readSeq }));
    }
    const line = lines.querySelector(".new");
    if (line) viewport.showFrom(line);
    looked();
  }

  function older(page) {
    arrivals.hush();
    viewport.keepPlace(() => {
      for (const element of drawAll(page).reverse()) place(element);
      if (page.is_whole) paging.endOlder(drawBeginning());
      placeLeftOut();
    });
    looked();
  }

  function newer(page) {
    arrivals.hush();
    viewport.keepPlace(() => {
      for (const element of drawAll(page)) place(element);
      if (endsWith(page)) paging.endLater();
      placeLeftOut();
    });
    looked();
  }

  /** Whether nothing is known that comes after this page. */
  function endsWith({ messages, reaches_end: reachesEnd }) {
    return reachesEnd && newestSeq <= (messages.at(-1)?.seq ?? lastSeq());
  }

  function placeLeftOut() {
    const messages = [...leftOut.values()];
    leftOut.clear();
    for (const message of messages) {
      const known = byId(message.id);
      if (known) update(known, message);
      else if (belongsHere(message.seq)) add(message);
    }
  }

  function drawBeginning() {
    return root.querySelector("template.beginning-of-log").content.cloneNode(true);
  }

  function drawAll({ messages, notes }) {
    const drawn = [...messages.map((message) => drawMessage(message, me)), ...notes.map(drawNote)];
    return drawn
      .filter((element) => !isKnown(element))
      .sort((one, other) => seqOf(one) - seqOf(other));
  }

  function isKnown(element) {
    return isMessage(element) && Boolean(byId(element.dataset.id));
  }

  function place(element) {
    if (!isInPlace(element)) {
      dropLinesBefore(element);
      const before = lastUpTo(seqOf(element), element) || lines.querySelector(".beginning, .older");
      if (before) before.after(element);
      else lines.prepend(element);
    }
    settle(element);
    const next = nextEntry(element);
    if (next) settle(next);
    const previous = previousEntry(element);
    for (const entry of [previous, element, next]) if (entry && isNote(entry)) speak(entry, kind);
  }

  function isInPlace(element) {
    const [previous, next] = [previousEntry(element), nextEntry(element)];
    const seq = seqOf(element);
    return (
      element.isConnected && (!previous || seqOf(previous) <= seq) && (!next || seqOf(next) >= seq)
    );
  }

  function lastUpTo(seq, except) {
    const first = lines.querySelector(".message, .note");
    if (!first || seqOf(first) > seq) return null; // older pages come from above
    let other = lines.lastElementChild;
    while (other && !(isEntry(other) && other !== except && seqOf(other) <= seq))
      other = other.previousElementSibling;
    return other;
  }

  /** Give an entry the head, the day and the "new" line that its neighbours ask for. */
  function settle(element) {
    const previous = previousEntry(element);
    dropLinesBefore(element);
    const date = new Date(element.dataset.date);
    const before = previous && new Date(previous.dataset.date);
    const startsDay = !previous || dayKey(before) !== dayKey(date);
    if (startsDay) element.before(drawLine("day", dayName(date)));
    if (isNote(element)) return;
    const startsNew = isFirstNew(element);
    if (startsNew) element.before(drawLine("new", "New"));
    const isSameAuthor = previous && previous.dataset.author === element.dataset.author;
    element.classList.toggle(
      "head",
      startsDay || startsNew || !isSameAuthor || !isSoonAfter(before, date),
    );
  }

  /** Notes and one's own messages are never new: the line stands above the first message of somebody else. */
  function isFirstNew(element) {
    if (!(seqOf(element) > newAfter && Number.isFinite(seqOf(element))) || isMine(element))
      return false;
    let previous = previousMessage(element);
    while (previous && isMine(previous) && seqOf(previous) > newAfter)
      previous = previousMessage(previous);
    return previous ? seqOf(previous) <= newAfter : !paging.hasOlder;
  }

  /** What comes after `seq` is new. */
  function markNewAfter(seq) {
    newAfter = seq;
    for (const old of lines.querySelectorAll(".new")) old.remove();
  }

  function isMine(element) {
    return element.dataset.author === String(me.id);
  }

  function byId(id) {
    return lines.querySelector(`.message[data-id="${Number(id)}"]`);
  }

  function byClient(clientId) {
    return lines.querySelector(`.message[data-client="${CSS.escape(clientId)}"]`);
  }

  /** The seq of the first stored message on the page, 0 if there is none. */
  function firstSeq() {
    const first = lines.querySelector(".message[data-seq]");
    return first ? seqOf(first) : 0;
  }

  /** The same of the last. */
  function lastSeq() {
    let last = lines.lastElementChild;
    while (last && !(isMessage(last) && last.dataset.seq)) last = last.previousElementSibling;
    return last ? seqOf(last) : 0;
  }

  for (const element of lines.querySelectorAll(".message, .note")) settle(element);
  for (const element of lines.querySelectorAll(".note")) speak(element, kind);
  const firstNew = location.hash ? null : lines.querySelector(".new");
  if (firstNew) viewport.showFrom(firstNew);

  return {
    upsert,
    addNote,
    showItem,
    removeItem,
    replaceAll,
    showNewest,
    showFirstNew,
    markNewAfter,
    viewport,
    get firstSeq() {
      return firstSeq();
    },
    get lastSeq() {
      return lastSeq();
    },
    get hasOlder() {
      return paging.hasOlder;
    },
    get reachesEnd() {
      return paging.reachesEnd;
    },
    lastOwn() {
      return Array.from(
        lines.querySelectorAll(
          `.message[data-seq][data-author="${me.id}"]:not(.deleted, .is-poll)`,
        ),
      ).pop();
    },
    close() {
      paging.close();
    },
  };
}
