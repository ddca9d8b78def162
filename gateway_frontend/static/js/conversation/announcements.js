/** Announcements to screen readers: each message that arrives, but of a burst only how many there were. */

import { ngettext } from "../core/language.js";

const EACH = 3; // this many a second are read out one by one
const SECOND = 1000;
const PATIENCE = 2000;

/** @typedef {ReturnType<typeof createAnnouncements>} Announcements */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log the live region
 * @param {HTMLElement} parts.status another one, out of sight
 * @param {() => boolean} [parts.isCounted] whether the messages that arrive now are announced elsewhere, by their number
 * @param {() => number} [parts.now] a test has a clock of its own
 * @param {Later} [parts.later]
 */
export function createAnnouncements({
  log,
  status,
  isCounted = () => false,
  now = Date.now,
  later = setTimeout,
}) {
  /** @type {{time: number, counts: boolean}[]} */
  let recent = [];
  let count = 0;
  let isBurst = false;
  let silences = 0;

  /** Another person's message is about to be drawn, or a note, which is not counted. */
  function arriving(isMessage = true) {
    const arrival = { time: now(), counts: isMessage && !isCounted() };
    recent = [...recent.filter(({ time }) => time > now() - SECOND), arrival];
    if (isBurst) count += arrival.counts ? 1 : 0;
    else if (recent.length > EACH) begin(recent.filter(({ counts }) => counts).length);
  }

  /** @param {number} soFar */
  function begin(soFar) {
    isBurst = true;
    count = soFar;
    status.textContent = "";
    silence();
    later(announce, PATIENCE);
  }

  function announce() {
    if (count) status.textContent = ngettext("%(num)s new message", "%(num)s new messages", count);
    count = 0;
    isBurst = (recent.at(-1)?.time ?? 0) > now() - SECOND;
    if (isBurst) later(announce, PATIENCE);
    else resume();
  }

  /** The entries that are drawn now are not new: history, or the same log again. */
  function skip() {
    silence();
    later(resume, SECOND);
  }

  function silence() {
    silences += 1;
    log.setAttribute("aria-live", "off");
  }

  function resume() {
    silences -= 1;
    if (!silences) log.setAttribute("aria-live", "polite");
  }

  return { arriving, skip };
}
