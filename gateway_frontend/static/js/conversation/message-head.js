/** Who wrote a message and when, on its element. */

import { all, fill, one } from "../core/dom.js";
import { clock, exactTime } from "../core/times.js";
import { initials, toneOf } from "../shell/titles.js";

/**
 * @param {HTMLElement} element
 * @param {Person} author
 */
export function fillAuthor(element, author) {
  one(element, ".avatar").className = `avatar large ${toneOf(author.id)}`;
  fill(element, {
    ".avatar": initials(author.name),
    ".by .tag": { hidden: !author.bot },
    ".name": author.name,
  });
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
