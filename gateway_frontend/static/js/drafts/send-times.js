/** The times that "Send later" offers, on the person's own clock. */

import { _ } from "../core/language.js";
import { clock } from "../core/times.js";

const HOUR = 60 * 60 * 1000;
const MORNING = 9;
const MONDAY = 1;
const WEEK = 7;

/**
 * @param {Date} now
 * @returns {{label: string, hint: string, at: Date}[]}
 */
export function offeredTimes(now) {
  const inAnHour = new Date(now.getTime() + HOUR);
  const tomorrow = morningIn(1, now);
  const monday = morningIn((MONDAY - now.getDay() + WEEK) % WEEK || WEEK, now);
  const offered = [
    { label: _("In 1 hour"), at: inAnHour },
    { label: _("Tomorrow"), at: tomorrow },
  ];
  if (monday.getTime() !== tomorrow.getTime()) offered.push({ label: _("Monday"), at: monday });
  return offered.map((each) => ({ ...each, hint: clock(each.at) }));
}

/**
 * @param {number} days
 * @param {Date} now
 */
function morningIn(days, now) {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() + days, MORNING);
}
