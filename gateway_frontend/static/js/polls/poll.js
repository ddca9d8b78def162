/** One poll on the page: the server's markup, from its `<template>`, and kept up to date. */

import { clock, dayName, exactly } from "../core/times.js";

/** Show the poll that a message is; without one nothing is there. */
export function fillPoll(element, poll, me) {
  const place = element.querySelector(".poll-place");
  if (!place) return;
  element.classList.toggle("is-poll", Boolean(poll));
  place.hidden = !poll;
  if (!poll) return place.replaceChildren();
  const form = place.querySelector(".poll") || drawPoll(poll);
  updatePoll(form, poll, me);
  if (!form.isConnected || form.parentElement !== place) place.append(form);
  return undefined;
}

/** What everybody chose and whether it is open. Events do not tell what is mine: then it stays as it is. */
export function updatePoll(form, poll, me) {
  if (poll.my_choice_ids) form.dataset.mine = poll.my_choice_ids.join();
  form.classList.toggle("closed", poll.closed);
  const most = Math.max(1, ...poll.choices.map(({ votes }) => votes));
  for (const { id, votes } of poll.choices)
    choiceOf(form, id).classList.toggle("won", poll.closed && votes === most);
  for (const choice of poll.choices) fillChoice(choiceOf(form, choice.id), choice, poll, me);
  showMine(form);
  form.querySelector("[data-count]").textContent = countWords(poll);
  form.querySelector("[data-kind]").textContent = kindWords(poll);
  fillEnd(form, poll);
  const voters = form.querySelector("[data-action=show-voters]");
  if (voters) voters.hidden = poll.anonymous || !poll.voter_count;
  offerClosing(form, me);
}

/** Who asked may close it, and who moderates here. */
export function offerClosing(form, me) {
  const may = form.dataset.author === String(me?.id) || me?.moderates;
  form.querySelector("[data-action=close-poll]").hidden = form.classList.contains("closed") || !may;
}

/** Ids of the choices that are one's own. */
export function mineOf(form) {
  return form.dataset.mine ? form.dataset.mine.split(",").map(Number) : [];
}

/** Mark what is one's own. */
export function showMine(form) {
  const mine = mineOf(form);
  for (const label of form.querySelectorAll(".choice")) {
    const input = label.querySelector("input");
    input.checked = mine.includes(Number(input.value));
    label.classList.toggle("mine", input.checked);
  }
}

/** `10 votes`; where one may choose several, how many people voted. */
export function countWords({ voter_count: count, multiple }) {
  const noun = multiple ? "voter" : "vote";
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function kindWords({ multiple, anonymous, closed }) {
  const said = [
    [multiple, "several choices"],
    [anonymous, "anonymous"],
    [closed, "closed"],
  ];
  return said
    .filter(([holds]) => holds)
    .map(([, words]) => ` · ${words}`)
    .join("");
}

function drawPoll(poll) {
  const form = document.getElementById("poll-template").content.firstElementChild.cloneNode(true);
  Object.assign(form.dataset, { poll: poll.id, author: poll.author_id, mine: "" });
  form.action = `/app/polls/${poll.id}/votes`;
  form.querySelector("legend").textContent = poll.question;
  form.querySelector("[data-action=show-voters]").href = `/app/polls/${poll.id}`;
  form.querySelector("fieldset").append(...poll.choices.map((choice) => drawChoice(choice, poll)));
  return form;
}

function drawChoice(choice, poll) {
  const label = document
    .getElementById("choice-template")
    .content.firstElementChild.cloneNode(true);
  const input = label.querySelector("input");
  input.type = poll.multiple ? "checkbox" : "radio";
  input.value = choice.id;
  label.querySelector(".words").textContent = choice.choice;
  return label;
}

function choiceOf(form, id) {
  return form.querySelector(`input[value="${Number(id)}"]`).closest(".choice");
}

function fillChoice(label, choice, poll, me) {
  label.querySelector("input").disabled = poll.closed || !me;
  Object.assign(label.querySelector("progress"), {
    max: Math.max(1, poll.voter_count),
    value: choice.votes,
  });
  label.querySelector("[data-votes]").textContent = choice.votes;
}

function fillEnd(form, poll) {
  form.querySelector("[data-until]").hidden = poll.closed || !poll.closes_at;
  if (!poll.closes_at) return;
  const date = new Date(poll.closes_at);
  const time = form.querySelector("[data-until] time");
  Object.assign(time, {
    dateTime: poll.closes_at,
    textContent: `${dayName(date)}, ${clock(date)}`,
    title: exactly(date),
  });
}
