/** One poll on the page: the server's markup, from its `<template>`, and kept up to date. */

import { all, closest, draw, fill, find, one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";
import { exactTime, moment } from "../core/times.js";

/**
 * Show the poll of a message, if it has one.
 *
 * @param {HTMLElement} element
 * @param {Poll | null} poll
 * @param {Reader | null} me null where nobody can vote
 */
export function fillPoll(element, poll, me) {
  const place = find(element, ".poll-place");
  if (!place) return;
  element.classList.toggle("is-poll", Boolean(poll));
  place.hidden = !poll;
  if (!poll) return place.replaceChildren();
  const form = find(place, ".poll", HTMLFormElement) || drawPoll(poll);
  updatePoll(form, poll, me);
  if (!form.isConnected || form.parentElement !== place) place.append(form);
  return undefined;
}

/**
 * Show the votes and whether the poll is open. Events do not include one's own choice: then it stays as it is.
 *
 * @param {HTMLFormElement} form
 * @param {Poll} poll
 * @param {Reader | null} me
 */
export function updatePoll(form, poll, me) {
  if (poll.my_choice_ids) form.dataset.mine = poll.my_choice_ids.join();
  form.classList.toggle("closed", poll.closed);
  const most = Math.max(1, ...poll.choices.map(({ votes }) => votes));
  for (const choice of poll.choices) {
    const label = choiceOf(form, choice.id);
    label.classList.toggle("won", poll.closed && choice.votes === most);
    fill(label, {
      input: { disabled: poll.closed || !me },
      progress: { max: Math.max(1, poll.voter_count), value: choice.votes },
      "[data-votes]": choice.votes,
    });
  }
  showMine(form);
  fill(form, { "[data-count]": countWords(poll), "[data-kind]": kindWords(poll) });
  fillEnd(form, poll);
  const voters = find(form, "[data-action=show-voters]");
  if (voters) voters.hidden = poll.anonymous || !poll.voter_count;
  offerClosing(form, me);
}

/**
 * Offer to close the poll to its author and to people who moderate here.
 *
 * @param {HTMLElement} form
 * @param {Reader | null} me
 */
export function offerClosing(form, me) {
  const isAllowed = form.dataset.author === String(me?.id) || me?.moderates;
  const isClosed = form.classList.contains("closed");
  fill(form, { "[data-action=close-poll]": { hidden: isClosed || !isAllowed } });
}

/**
 * Ids of this person's choices.
 *
 * @param {HTMLElement} form
 */
export function mineOf(form) {
  return form.dataset.mine ? form.dataset.mine.split(",").map(Number) : [];
}

/**
 * Mark this person's choices.
 *
 * @param {HTMLElement} form
 */
export function showMine(form) {
  const mine = mineOf(form);
  for (const label of all(form, ".choice")) {
    const input = one(label, "input", HTMLInputElement);
    input.checked = mine.includes(Number(input.value));
    label.classList.toggle("mine", input.checked);
  }
}

/**
 * Show the names of the voters under each choice.
 *
 * @param {HTMLElement} form
 * @param {Poll} poll
 * @param {(ids: number[]) => Promise<string[]>} names
 */
export async function showVoters(form, poll, names) {
  for (const { id, voters = [], votes } of poll.choices) {
    const found = await names(voters);
    if (votes > voters.length)
      found.push(ngettext("%(num)s more", "%(num)s more", votes - voters.length));
    fill(choiceOf(form, id), {
      ".voters": { hidden: !found.length, textContent: found.join(", ") },
    });
  }
}

/**
 * `10 votes`; where people may choose several, how many people voted.
 *
 * @param {Pick<Poll, "voter_count" | "multiple">} poll
 */
export function countWords({ voter_count: count, multiple }) {
  return multiple
    ? ngettext("%(num)s voter", "%(num)s voters", count)
    : ngettext("%(num)s vote", "%(num)s votes", count);
}

/** @param {Pick<Poll, "multiple" | "anonymous" | "closed">} poll */
export function kindWords({ multiple, anonymous, closed }) {
  return [multiple && _("several choices"), anonymous && _("anonymous"), closed && _("closed")]
    .filter(Boolean)
    .map((words) => ` · ${words}`)
    .join("");
}

/** @param {Poll} poll */
function drawPoll(poll) {
  const form = draw("poll-template", {
    ":scope": {
      dataset: { poll: poll.id, author: poll.author_id, mine: "" },
      action: `/app/polls/${poll.id}/votes`,
    },
    legend: poll.question,
    "[data-action=show-voters]": { href: `/app/polls/${poll.id}` },
  });
  one(form, "fieldset").append(
    ...poll.choices.map(({ id, choice }) =>
      draw("choice-template", {
        input: { type: poll.multiple ? "checkbox" : "radio", value: id },
        ".words": choice,
      }),
    ),
  );
  return form;
}

/**
 * @param {HTMLElement} form
 * @param {number} id
 */
function choiceOf(form, id) {
  const label = closest(one(form, `input[value="${Number(id)}"]`), ".choice");
  if (!label) throw new Error(`The poll has no choice ${id}.`);
  return label;
}

/**
 * @param {HTMLElement} form
 * @param {Poll} poll
 */
function fillEnd(form, poll) {
  fill(form, { "[data-until]": { hidden: poll.closed || !poll.closes_at } });
  if (!poll.closes_at) return;
  const date = new Date(poll.closes_at);
  fill(form, {
    "[data-until] time": {
      dateTime: poll.closes_at,
      textContent: moment(date),
      title: exactTime(date),
    },
  });
}
