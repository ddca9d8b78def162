/** The log on the page: messages and notes in order of seq, with heads, days between them, and one's place kept. */

import { dayKey, dayName, isSoonAfter } from "./times.js";
import { drawNote, isNote, speak } from "./notes.js";
import { drawMessage, drawWaiting, fillMessage, fillWaiting } from "./message.js";
import { SENT } from "./outbox.js";

const NEAR_THE_END = 48;

/**
 * `root` is the conversation's element as the server rendered it; `loadOlder(beforeSeq)` → {messages, notes,
 * is_whole}, oldest first; `looked()` is called whenever the end of the log may have come into view;
 * `arrivals` says what screen readers hear of it.
 */
export function createTimeline({ root, me, loadOlder, looked, arrivals }) {
  const log = root.querySelector(".log");
  const lines = log.querySelector(".lines");
  const jump = root.querySelector(".jump-down");
  const sentinel = lines.querySelector(".older");
  const kind = root.dataset.kind === "group" ? "group" : "room";
  let unseen = 0;
  let isLoading = false;
  let newAfter = Number(root.dataset.newAfter) || Infinity;

  /** A message of the log, new or changed. */
  function upsert(message) {
    keepPlace(() => {
      const known = byId(message.id) || (message.client_id && byClient(message.client_id));
      if (known) {
        const isPlaced = known.dataset.seq === String(message.seq);
        fillMessage(known, message, me);
        if (!isPlaced) place(known);
      } else {
        if (message.author_id !== me.id) arrivals.arriving();
        place(drawMessage(message, me));
        if (message.author_id !== me.id) noticeNew(message.seq);
      }
    });
    looked();
  }

  /** Who came or went; telling it again is harmless. */
  function addNote(note) {
    if (lines.querySelector(`.note[data-seq="${Number(note.seq)}"]`)) return;
    arrivals.arriving(false);
    keepPlace(() => place(drawNote(note)));
  }

  /** An unsent item, or news of it. */
  function showItem(item) {
    if (item.state === SENT) return;
    const known = byClient(item.client_id);
    if (known?.dataset.seq) return;
    if (known) fillWaiting(known, item);
    else keepPlace(() => place(drawWaiting(item, me)));
  }

  function removeItem(clientId) {
    const known = byClient(clientId);
    if (known && !known.dataset.seq) known.remove();
  }

  /** The log begins anew: show these instead. */
  function replaceAll(page) {
    arrivals.hush();
    for (const element of lines.querySelectorAll(".message[data-seq], .note, .day, .new")) element.remove();
    for (const element of drawAll(page)) place(element);
    scrollToEnd();
  }

  function drawAll({ messages, notes }) {
    const drawn = [...messages.map((message) => drawMessage(message, me)), ...notes.map(drawNote)];
    return drawn.sort((one, other) => seqOf(one) - seqOf(other));
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
    return element.isConnected && (!previous || seqOf(previous) <= seq) && (!next || seqOf(next) >= seq);
  }

  function lastUpTo(seq, except) {
    const first = lines.querySelector(".message, .note");
    if (!first || seqOf(first) > seq) return null; // older pages come from above
    let other = lines.lastElementChild;
    while (other && !(isEntry(other) && other !== except && seqOf(other) <= seq)) other = other.previousElementSibling;
    return other;
  }

  /** Give an entry the head, the day and the "new" line that its neighbours ask for. */
  function settle(element) {
    const previous = previousEntry(element);
    dropLinesBefore(element);
    const date = new Date(element.dataset.date);
    const before = previous && new Date(previous.dataset.date);
    const startsDay = !previous || dayKey(before) !== dayKey(date);
    if (startsDay) element.before(line("day", dayName(date)));
    if (isNote(element)) return;
    const startsNew = isFirstNew(element);
    if (startsNew) element.before(line("new", "New"));
    const isSameAuthor = previous && previous.dataset.author === element.dataset.author;
    element.classList.toggle("head", startsDay || startsNew || !isSameAuthor || !isSoonAfter(before, date));
  }

  /** Notes are nothing new to read: the line stands between messages. */
  function isFirstNew(element) {
    if (!(seqOf(element) > newAfter && Number.isFinite(seqOf(element)))) return false;
    let previous = previousEntry(element);
    while (previous && !isMessage(previous)) previous = previousEntry(previous);
    return Boolean(previous) && seqOf(previous) <= newAfter;
  }

  /** From now on, what comes is new: the line stands after `seq` when nobody is looking. */
  function markNewAfter(seq) {
    newAfter = seq;
    for (const old of lines.querySelectorAll(".new")) old.remove();
  }

  async function older() {
    const first = lines.querySelector(".message[data-seq]");
    if (isLoading || !sentinel?.isConnected || !first) return;
    isLoading = true;
    log.setAttribute("aria-busy", "true");
    try {
      const page = await loadOlder(seqOf(first));
      arrivals.hush();
      keepPlace(() => {
        for (const element of drawAll(page).reverse()) place(element);
        if (page.is_whole) reachBeginning();
      });
    } finally {
      isLoading = false;
      log.removeAttribute("aria-busy");
      // It tells of changes alone; who is still near the beginning gets the next page too.
      observer.unobserve(sentinel);
      if (sentinel.isConnected) observer.observe(sentinel);
    }
  }

  function reachBeginning() {
    const beginning = document.getElementById("beginning-template");
    sentinel.replaceWith(beginning.content.cloneNode(true));
  }

  /** What is in view stays where it is while `change` adds or resizes something elsewhere. */
  function keepPlace(change) {
    if (isAtEnd()) {
      change();
      log.scrollTop = 0;
      return;
    }
    const anchor = firstInView();
    const top = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) log.scrollTop += anchor.getBoundingClientRect().top - top;
  }

  /** They stand in order, so that halving finds it among thousands. */
  function firstInView() {
    const { top } = log.getBoundingClientRect();
    const all = lines.querySelectorAll(".message, .note:not([hidden])");
    let [low, high] = [0, all.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (all[middle].getBoundingClientRect().bottom > top) high = middle;
      else low = middle + 1;
    }
    return all[low];
  }

  function noticeNew() {
    if (isAtEnd()) return;
    unseen += 1;
    jump.textContent = unseen === 1 ? "1 new message ↓" : `${unseen} new messages ↓`;
    jump.hidden = false;
  }

  function scrolled() {
    if (!isAtEnd()) return;
    unseen = 0;
    jump.hidden = true;
    looked();
  }

  /** The log is laid out from its end, so its end is at 0 and what is above is negative. */
  function isAtEnd() {
    return log.scrollTop > -NEAR_THE_END;
  }

  function scrollToEnd() {
    log.scrollTop = 0;
    scrolled();
  }

  function byId(id) {
    return lines.querySelector(`.message[data-id="${Number(id)}"]`);
  }

  function byClient(clientId) {
    return lines.querySelector(`.message[data-client="${CSS.escape(clientId)}"]`);
  }

  const observer = sentinel && new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) older().catch(() => {});
  }, { root: log, rootMargin: "800px 0px 0px 0px" });
  observer?.observe(sentinel);
  sentinel?.querySelector("a")?.addEventListener("click", (event) => {
    event.preventDefault();
    older().catch(() => {});
  });
  log.addEventListener("scroll", scrolled, { passive: true });
  jump.addEventListener("click", scrollToEnd);
  for (const element of lines.querySelectorAll(".message, .note")) settle(element);
  for (const element of lines.querySelectorAll(".note")) speak(element, kind);

  return {
    upsert, addNote, showItem, removeItem, replaceAll, markNewAfter, scrollToEnd, isAtEnd,
    /** The seq of the last stored message, 0 in an empty conversation. */
    get lastSeq() {
      let last = lines.lastElementChild;
      while (last && !(isMessage(last) && last.dataset.seq)) last = last.previousElementSibling;
      return last ? seqOf(last) : 0;
    },
    lastOwn() {
      return Array.from(lines.querySelectorAll(`.message[data-seq][data-author="${me.id}"]:not(.deleted, .is-poll)`)).pop();
    },
    close() { observer?.disconnect(); },
  };
}

function line(kind, words) {
  const element = document.createElement("div");
  element.className = kind;
  element.textContent = words;
  return element;
}

/** What is not stored yet has no seq and stands at the end. */
function seqOf(element) {
  return element.dataset.seq ? Number(element.dataset.seq) : Infinity;
}

function isMessage(element) {
  return element.classList.contains("message");
}

function isEntry(element) {
  return isMessage(element) || isNote(element);
}

function isLine(element) {
  return element.classList.contains("day") || element.classList.contains("new");
}

function dropLinesBefore(element) {
  for (let other = element.previousElementSibling; other && isLine(other); other = element.previousElementSibling) other.remove();
}

function previousEntry(element) {
  let other = element.previousElementSibling;
  while (other && !isEntry(other)) other = other.previousElementSibling;
  return other;
}

function nextEntry(element) {
  let other = element.nextElementSibling;
  while (other && !isEntry(other)) other = other.nextElementSibling;
  return other;
}
