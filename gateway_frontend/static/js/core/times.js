/** Times as people read them: local, 24 hours, days by name. */

import { all } from "./dom.js";

const RELATIVE_DAYS = ["Today", "Yesterday", "Tomorrow"];
const FIVE_MINUTES = 5 * 60 * 1000;
const WEEKDAY = new Intl.DateTimeFormat("en", { weekday: "long" });
const MONTH = new Intl.DateTimeFormat("en", { month: "long" });
const MINUTE = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const SECOND = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/**
 * `18:02`
 *
 * @param {Date} date
 */
export function clock(date) {
  return MINUTE.format(date);
}

/**
 * Whether both are on the same local day.
 *
 * @param {Date} one
 * @param {Date} other
 */
export function isSameDay(one, other) {
  return one.toDateString() === other.toDateString();
}

/**
 * `Today`, `Yesterday`, `Tomorrow`, `Thursday, 19 November`, and the year when it is another one.
 *
 * @param {Date} date
 */
export function dayName(date, now = new Date()) {
  if (isSameDay(date, now)) return "Today";
  const dayAt = (/** @type {number} */ days) =>
    new Date(now.getFullYear(), now.getMonth(), now.getDate() + days);
  if (isSameDay(date, dayAt(-1))) return "Yesterday";
  if (isSameDay(date, dayAt(1))) return "Tomorrow";
  const name = `${WEEKDAY.format(date)}, ${dayAndMonth(date)}`;
  return date.getFullYear() === now.getFullYear() ? name : `${name} ${date.getFullYear()}`;
}

/**
 * `today, 18:02`, as in the middle of a sentence.
 *
 * @param {Date} date
 */
export function moment(date, now = new Date()) {
  const day = dayName(date, now);
  return `${RELATIVE_DAYS.includes(day) ? day.toLowerCase() : day}, ${clock(date)}`;
}

/**
 * `18:02` today, `yesterday, 18:02`, then `19 November`.
 *
 * @param {Date} date
 */
export function sinceWords(date, now = new Date()) {
  const day = dayName(date, now);
  if (day === "Today") return clock(date);
  return day === "Yesterday" ? `yesterday, ${clock(date)}` : day.replace(/^\w+, /, "");
}

/**
 * `Thursday, 19 November 2026, 18:02:31`, for the pointer that rests on a time.
 *
 * @param {Date} date
 */
export function exactTime(date) {
  const day = `${WEEKDAY.format(date)}, ${dayAndMonth(date)} ${date.getFullYear()}`;
  return `${day}, ${SECOND.format(date)}`;
}

/**
 * Whether two messages of one author are close enough in time to share a head.
 *
 * @param {Date} earlier
 * @param {Date} later
 */
export function isSoonAfter(earlier, later) {
  return Math.abs(later.getTime() - earlier.getTime()) < FIVE_MINUTES;
}

/**
 * Turn every `<time data-show>` in `root` from the server's zone into the reader's.
 *
 * @param {ParentNode} root
 */
export function localizeTimes(root = document) {
  for (const element of all(root, "time[data-show]", HTMLTimeElement)) {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    const { show } = element.dataset;
    const text =
      show === "clock" ? clock(date) : show === "since" ? sinceWords(date) : moment(date);
    if (element.textContent !== text) element.textContent = text;
    element.title = exactTime(date);
  }
  for (const field of all(root, "input[data-at]", HTMLInputElement)) {
    field.value = fieldValue(new Date(field.dataset.at ?? ""));
    delete field.dataset.at; // from now on it belongs to the person
  }
}

/**
 * The value of a field for date and time.
 *
 * @param {Date} date
 */
export function fieldValue(date) {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60 * 1000);
  return local.toISOString().slice(0, "2026-11-21T18:00".length);
}

/** Send the server our zone in a cookie, so that its pages are right before any script runs. */
export function rememberZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs HTTPS.
  document.cookie = `parley-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

/** @param {Date} date */
function dayAndMonth(date) {
  return `${date.getDate()} ${MONTH.format(date)}`;
}
