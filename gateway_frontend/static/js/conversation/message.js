/** One message on the page: the server's markup, from its `<template>`, filled with a message or an unsent item. */

import { clock, exactly } from "../core/times.js";
import { fillFiles } from "../files/files.js";
import { FAILED } from "../live/outbox.js";
import { fillPoll } from "../polls/poll.js";
import { initials, toneOf } from "../shell/titles.js";
import { shapeMessage } from "./shapes.js";

/** → a new element for a message of the API. */
export function drawMessage(message, me) {
  const element = blank();
  fillMessage(element, message, me);
  return element;
}

/** Bring `element` up to date with the message. */
export function fillMessage(element, message, me) {
  element.id = `m${message.id}`;
  Object.assign(element.dataset, {
    id: message.id,
    seq: message.seq,
    author: message.author_id,
    date: message.date,
  });
  if (message.client_id) element.dataset.client = message.client_id;
  element.classList.remove("waiting");
  fillAuthor(
    element,
    message.author || { id: message.author_id, name: `Person ${message.author_id}` },
  );
  fillTimes(element, new Date(message.date));
  fillBody(element, message, me);
  const isGone = Boolean(message.deleted_at);
  fillFiles(element, isGone ? [] : message.attachments);
  fillPoll(element, isGone ? null : message.poll, me);
  showState(element, null);
}

/** → an element for what is not sent yet; its place is the end of the log. */
export function drawWaiting(item, me) {
  const element = blank();
  element.classList.add("waiting");
  Object.assign(element.dataset, {
    client: item.client_id,
    author: me.id,
    date: new Date(item.written).toISOString(),
  });
  fillAuthor(element, me);
  fillTimes(element, new Date(item.written));
  const body = element.querySelector(".body");
  body.classList.add("plain");
  body.textContent = item.content;
  fillFiles(element, item.files);
  fillWaiting(element, item);
  return element;
}

/** Its state in words, with a way on when it failed. */
export function fillWaiting(element, item) {
  if (item.state !== FAILED) return showState(element, waitingWords(item));
  showState(element, `Not sent: ${item.reason}`, true);
  const state = element.querySelector(".state");
  state.append(actionButton("retry", "Try again"), actionButton("discard", "Discard"));
}

function waitingWords({ waitsFor }) {
  if (!navigator.onLine || waitsFor === "network") return "Waiting for the network";
  return waitsFor === "server" ? "Waiting for the server" : "Sending…";
}

function blank() {
  return document.getElementById("message-template").content.firstElementChild.cloneNode(true);
}

function fillAuthor(element, author) {
  const avatar = element.querySelector(".avatar");
  avatar.className = `avatar large ${toneOf(author.id)}`;
  avatar.textContent = initials(author.name);
  element.querySelector(".by .tag").hidden = !author.bot;
  element.querySelector(".name").textContent = author.name;
}

function fillTimes(element, date) {
  for (const time of element.querySelectorAll("time")) {
    time.dateTime = date.toISOString();
    time.textContent = clock(date);
    time.title = exactly(date);
  }
}

function fillBody(element, message, me) {
  const body = element.querySelector(".body");
  body.classList.remove("plain");
  element.classList.toggle("deleted", Boolean(message.deleted_at));
  element.classList.remove("mentions-me");
  if (message.deleted_at) {
    const gone = document.createElement("p");
    gone.className = "gone";
    gone.textContent = "This message was deleted.";
    body.replaceChildren(gone);
  } else {
    body.innerHTML = message.html; // made and sanitized by messages_service
    const isMentioned = body.querySelector(`.mention[data-user-id="${Number(me.id)}"]`);
    element.classList.toggle("mentions-me", Boolean(isMentioned) && message.author_id !== me.id);
  }
  shapeMessage(element, message);
  const edited = element.querySelector(".edited");
  edited.hidden = !message.edited_at || Boolean(message.deleted_at);
  if (message.edited_at) edited.title = `Edited ${exactly(new Date(message.edited_at))}`;
}

function showState(element, words, isBad = false) {
  const state = element.querySelector(".state");
  state.hidden = !words;
  state.classList.toggle("bad", isBad);
  state.textContent = words || "";
}

function actionButton(action, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.action = action;
  button.textContent = label;
  return button;
}
