/** Times as people read them: local, 24 hours, days by name. */

import { all } from "./dom.js";
import { _, language } from "./language.js";

const DAY = 24 * 60 * 60 * 1000;
const FIVE_MINUTES = 5 * 60 * 1000;
/**
 * Made when a name is first needed: that takes as long as the other scripts need to start.
 *
 * @type {{weekday?: Intl.DateTimeFormat, month?: Intl.DateTimeFormat}}
 */
const names = {};

/**
 * `18:02`
 *
 * @param {Date} date
 */
export function clock(date) {
  return `${twoDigits(date.getHours())}:${twoDigits(date.getMinutes())}`;
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
  const days = daysBetween(date, now);
  if (days === 0) return _("Today");
  if (days === -1) return _("Yesterday");
  if (days === 1) return _("Tomorrow");
  return date.getFullYear() === now.getFullYear() ? dayAndMonth(date) : dayAndYear(date);
}

/**
 * `today, 18:02`, as in the middle of a sentence.
 *
 * @param {Date} date
 */
export function moment(date, now = new Date()) {
  const days = daysBetween(date, now);
  const time = clock(date);
  if (days === 0) return _("today, %(time)s", { time });
  if (days === -1) return _("yesterday, %(time)s", { time });
  if (days === 1) return _("tomorrow, %(time)s", { time });
  return `${dayName(date, now)}, ${time}`;
}

/**
 * `18:02` today, `yesterday, 18:02`, then `19 November`.
 *
 * @param {Date} date
 */
export function sinceWords(date, now = new Date()) {
  const days = daysBetween(date, now);
  if (days === 0) return clock(date);
  if (days === -1) return moment(date, now);
  const values = { day: date.getDate(), month: nameOf("month", date), year: date.getFullYear() };
  return date.getFullYear() === now.getFullYear()
    ? _("%(day)s %(month)s", values)
    : _("%(day)s %(month)s %(year)s", values);
}

/**
 * `Thursday, 19 November 2026, 18:02:31`, for the pointer that rests on a time.
 *
 * @param {Date} date
 */
export function exactTime(date) {
  return `${dayAndYear(date)}, ${clock(date)}:${twoDigits(date.getSeconds())}`;
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
    if (element.textContent === text && element.title) continue; // the server knew our zone
    element.textContent = text;
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

/**
 * Local days from `now` to `date`.
 *
 * @param {Date} date
 * @param {Date} now
 */
function daysBetween(date, now) {
  const dayOf = (/** @type {Date} */ time) =>
    Date.UTC(time.getFullYear(), time.getMonth(), time.getDate()) / DAY;
  return dayOf(date) - dayOf(now);
}

/** @param {Date} date */
function dayAndMonth(date) {
  return _("%(weekday)s, %(day)s %(month)s", namesIn(date));
}

/** @param {Date} date */
function dayAndYear(date) {
  return _("%(weekday)s, %(day)s %(month)s %(year)s", namesIn(date));
}

/** @param {Date} date */
function namesIn(date) {
  return {
    weekday: nameOf("weekday", date),
    day: date.getDate(),
    month: nameOf("month", date),
    year: date.getFullYear(),
  };
}

/**
 * @param {"weekday" | "month"} part
 * @param {Date} date
 */
function nameOf(part, date) {
  names[part] ??= new Intl.DateTimeFormat(language, { [part]: "long" });
  return names[part].format(date);
}

/** @param {number} number */
function twoDigits(number) {
  return String(number).padStart(2, "0");
}
