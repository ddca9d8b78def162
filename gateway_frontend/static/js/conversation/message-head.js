/** The author and the time of a message, on its element. */

import { all, fill, one } from "../core/dom.js";
import { clock, exactTime } from "../core/times.js";
import { showFace, toneOf } from "../shell/titles.js";

/**
 * @param {HTMLElement} element
 * @param {Person} author
 */
export function fillAuthor(element, author) {
  one(element, ".avatar").className = `avatar large ${toneOf(author.id)}`;
  fill(element, {
    ".by .tag": { hidden: !author.bot },
    ".name": author.name,
    ".status-emoji": {
      textContent: author.status_emoji ?? "",
      dataset: { statusOf: author.id },
    },
  });
  showFace(one(element, ".avatar"), author.icon_emoji ?? author.name, author.avatar_url);
  // The tutorial's page has no pages of people.
  if (document.body.classList.contains("app"))
    one(element, ".name", HTMLAnchorElement).href = `/people/${author.id}`;
}

/**
 * @param {HTMLElement} element
 * @param {Date} date
 */
export function fillTimes(element, date) {
  for (const time of all(element, "time", HTMLTimeElement))
    Object.assign(time, {
      dateTime: date.toISOString(),
      textContent: clock(date),
      title: exactTime(date),
    });
}
