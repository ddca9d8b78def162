/** Times as people read them: local, 24 hours, days by name. */

const FIVE_MINUTES = 5 * 60 * 1000;
const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

/** `18:02` */
export function clock(date) {
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `2026-11-19`, the key of a local day. */
export function dayKey(date) {
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}

/** `Today`, `Yesterday`, `Thursday, 19 November`, and the year when it is another one. */
export function dayName(date, now = new Date()) {
  if (dayKey(date) === dayKey(now)) return "Today";
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (dayKey(date) === dayKey(yesterday)) return "Yesterday";
  const name = `${WEEKDAYS[date.getDay()]}, ${date.getDate()} ${MONTHS[date.getMonth()]}`;
  return date.getFullYear() === now.getFullYear() ? name : `${name} ${date.getFullYear()}`;
}

/** `today, 18:02`, as in the middle of a sentence. */
export function moment(date, now = new Date()) {
  const day = dayName(date, now);
  return `${["Today", "Yesterday"].includes(day) ? day.toLowerCase() : day}, ${clock(date)}`;
}

/** `18:02` today, `yesterday, 18:02`, then `19 November`. */
export function sinceWords(date, now = new Date()) {
  const day = dayName(date, now);
  if (day === "Today") return clock(date);
  return day === "Yesterday" ? `yesterday, ${clock(date)}` : day.replace(/^\w+, /, "");
}

/** `Thursday, 19 November 2026, 18:02:31`, for the pointer that rests on a time. */
export function exactly(date) {
  const day = `${WEEKDAYS[date.getDay()]}, ${date.getDate()} ${MONTHS[date.getMonth()]} ${date.getFullYear()}`;
  return `${day}, ${clock(date)}:${two(date.getSeconds())}`;
}

/** Whether a message at `later` stands under the same head as its author's one at `earlier`. */
export function isSoonAfter(earlier, later) {
  return Math.abs(later - earlier) < FIVE_MINUTES;
}

/** Turn every `<time data-show>` below `root` from the server's zone into the reader's. */
export function localizeTimes(root = document) {
  /** @type {NodeListOf<HTMLTimeElement>} */
  const times = root.querySelectorAll("time[data-show]");
  for (const element of times) {
    const date = new Date(element.dateTime);
    if (Number.isNaN(date.getTime())) continue;
    const text = element.dataset.show === "clock" ? clock(date) : moment(date);
    if (element.textContent !== text) element.textContent = text;
    element.title = exactly(date);
  }
}

/** Tell the server our zone, so that its pages are right before any script runs. */
export function rememberZone() {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs HTTPS.
  document.cookie = `parley-zone=${encodeURIComponent(zone)}; path=/; max-age=31536000; samesite=lax`;
}

function two(number) {
  return String(number).padStart(2, "0");
}
