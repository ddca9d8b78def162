/** The order of the log on the page: entries by seq, with heads, lines between days, and the "new" line. */

import { all, find } from "../core/dom.js";
import { _ } from "../core/language.js";
import { dayName, isSameDay, isSoonAfter } from "../core/times.js";
import {
  drawLine,
  isEntry,
  isMessage,
  isNote,
  isStored,
  nextEntry,
  previousEntry,
  previousMessage,
  removeLinesBefore,
  seqOf,
} from "./entries.js";
import { wordRun } from "./notes.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.lines
 * @param {Reader} parts.me
 * @param {"room" | "group"} parts.kind
 * @param {number} parts.newAfter the seq after which messages are new
 * @param {() => boolean} parts.hasOlder whether there are messages above the page
 */
export function createPlacing({ lines, me, kind, newAfter, hasOlder }) {
  /**
   * Put an entry where its seq belongs, and adapt the entries around it.
   *
   * @param {HTMLElement} element
   */
  function place(element) {
    if (isMessage(element) && !isStored(element)) {
      if (!element.isConnected) lines.append(element); // below what may still be loaded
    } else if (!isInPlace(element)) {
      removeLinesBefore(element);
      const before = lastUpTo(seqOf(element), element) || find(lines, ".beginning, .older");
      if (before) before.after(element);
      else lines.prepend(element);
    }
    settle(element);
    const next = nextEntry(element);
    if (next) settle(next);
    for (const entry of [previousEntry(element), element, next])
      if (entry && isNote(entry)) wordRun(entry, kind);
  }

  /** Settle the entries that the server has drawn. */
  function settleAll() {
    for (const element of all(lines, ".message, .note")) settle(element);
    for (const element of all(lines, ".note")) wordRun(element, kind);
  }

  /** What was above the first entry is gone. */
  function settleFirst() {
    const first = find(lines, ".message, .note");
    if (first) settle(first);
  }

  /**
   * New messages are those after `seq`.
   *
   * @param {number} seq
   */
  function markNewAfter(seq) {
    newAfter = seq;
    for (const old of all(lines, ".new")) old.remove();
  }

  /** @param {HTMLElement} element */
  function isInPlace(element) {
    const [previous, next] = [previousEntry(element), nextEntry(element)];
    const seq = seqOf(element);
    return (
      element.isConnected && (!previous || seqOf(previous) <= seq) && (!next || seqOf(next) >= seq)
    );
  }

  /**
   * @param {number} seq
   * @param {HTMLElement} except
   */
  function lastUpTo(seq, except) {
    const first = find(lines, ".message, .note");
    if (!first || seqOf(first) > seq) return null; // older pages come from above
    let other = /** @type {HTMLElement | null} */ (lines.lastElementChild);
    while (other && !(isEntry(other) && other !== except && seqOf(other) <= seq))
      other = /** @type {HTMLElement | null} */ (other.previousElementSibling);
    return other;
  }

  /**
   * Give an entry the head, the day and the "new" line that fit the entry before it.
   *
   * @param {HTMLElement} element
   */
  function settle(element) {
    const previous = previousEntry(element);
    removeLinesBefore(element);
    const date = dateOf(element);
    const startsDay = !previous || !isSameDay(dateOf(previous), date);
    if (startsDay) element.before(drawLine("day", dayName(date)));
    if (isNote(element)) return;
    const startsNew = isFirstNew(element);
    if (startsNew) element.before(drawLine("new", _("New")));
    const continues =
      previous !== null &&
      previous.dataset.author === element.dataset.author &&
      nameOn(previous) === nameOn(element) && // webhooks share an account
      isSoonAfter(dateOf(previous), date);
    element.classList.toggle("head", startsDay || startsNew || !continues);
  }

  /**
   * Notes and one's own messages are never new: the line stands above the first message of another person.
   *
   * @param {HTMLElement} element
   */
  function isFirstNew(element) {
    const isNew = seqOf(element) > newAfter && Number.isFinite(seqOf(element));
    if (!isNew || isMine(element)) return false;
    let previous = previousMessage(element);
    while (previous && isMine(previous) && seqOf(previous) > newAfter)
      previous = previousMessage(previous);
    return previous ? seqOf(previous) <= newAfter : !hasOlder();
  }

  /** @param {HTMLElement} element */
  function isMine(element) {
    return element.dataset.author === String(me.id);
  }

  return { place, settleAll, settleFirst, markNewAfter };
}

/** @param {HTMLElement} element */
function dateOf(element) {
  return new Date(element.dataset.date ?? "");
}

/** @param {HTMLElement} element */
function nameOn(element) {
  return find(element, ".name")?.textContent;
}
