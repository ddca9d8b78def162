/** One message on the page: the server's markup, from its `<template>`, filled with a message or an unsent item. */

import { draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { exactTime } from "../core/times.js";
import { fillFiles } from "../files/message-files.js";
import { fillForwarded } from "../keeping/forwarded.js";
import { fillMarks } from "../keeping/kept-marks.js";
import { FAILED } from "../live/outbox.js";
import { mentionsPerson } from "../mentions/mentions.js";
import { foldMessage, isBlocked } from "../people/blocks.js";
import { fillPoll } from "../polls/poll-card.js";
import { fillPreviews } from "../previews/link-previews.js";
import { drawReactions } from "../reactions/reaction-chips.js";
import { addressOf, fillReplyMark, fillThreadLink } from "../threads/thread-link.js";
import { fillAuthor, fillTimes } from "./message-head.js";
import { addParts, leaveOutParts, partOf } from "./message-parts.js";
import { shapeMessage } from "./shapes.js";

/**
 * → a new element for a message of the API.
 *
 * @param {Message} message
 * @param {Reader} me
 */
export function drawMessage(message, me) {
  const element = draw("message-template");
  fillMessage(element, message, me);
  return element;
}

/**
 * Update `element` to the message.
 *
 * @param {HTMLElement} element
 * @param {Message} message
 * @param {Reader} me
 */
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
  addParts(element);
  fillAuthor(element, message.author);
  foldMessage(element, isBlocked(me, message.author_id));
  fillTimes(element, new Date(message.date));
  fillReplyMark(element, message);
  fillThreadLink(element, addressOf(message.conversation_id, message.id), message.thread);
  fillBody(element, message, me);
  const isGone = Boolean(message.deleted_at);
  fillMarks(element, message);
  fillForwarded(element, isGone ? null : message.forwarded_from);
  fillFiles(element, isGone ? [] : message.attachments);
  fillPreviews(element, message, me);
  fillPoll(element, isGone ? null : message.poll, me);
  drawReactions(element, isGone ? [] : message.reactions, me);
  showState(element, null);
  leaveOutParts(element);
}

/**
 * → an element for a message that is not sent yet; its place is the end of the log.
 *
 * @param {OutboxItem} item
 * @param {Reader} me
 */
export function drawWaiting(item, me) {
  const date = new Date(item.written);
  const element = draw("message-template", {
    ":scope": { dataset: { client: item.client_id, author: me.id, date: date.toISOString() } },
    ".body": item.content,
  });
  element.classList.add("waiting");
  one(element, ".body").classList.add("plain");
  fillAuthor(element, me);
  fillTimes(element, date);
  fillFiles(element, item.files);
  fillWaiting(element, item);
  return element;
}

/**
 * Show its state in words; a failed one can be tried again or discarded.
 *
 * @param {HTMLElement} element
 * @param {OutboxItem} item
 */
export function fillWaiting(element, item) {
  if (item.state !== FAILED) return showState(element, waitingWords(item));
  showState(element, _("Not sent: %(reason)s", { reason: item.reason }), true);
  return partOf(element, ".state").append(
    drawButton("retry", _("Try again")),
    drawButton("discard", _("Discard")),
  );
}

/** @param {OutboxItem} item */
function waitingWords({ waitsFor }) {
  if (!navigator.onLine || waitsFor === "network") return _("Waiting for the network");
  return waitsFor === "server" ? _("Waiting for the server") : _("Sending…");
}

/**
 * @param {HTMLElement} element
 * @param {Message} message
 * @param {Reader} me
 */
function fillBody(element, message, me) {
  const isDeleted = Boolean(message.deleted_at);
  const body = one(element, ".body");
  body.classList.remove("plain");
  if (isDeleted) body.replaceChildren(drawDeleted());
  else body.innerHTML = message.html; // made and sanitized by messages_service
  element.classList.toggle("deleted", isDeleted);
  element.classList.toggle("mentions-me", !isDeleted && mentionsPerson(message, me.id));
  shapeMessage(element, message);
  fill(element, { ".edited": { hidden: !message.edited_at || isDeleted } });
  if (message.edited_at)
    one(element, ".edited").title = _("Edited %(time)s", {
      time: exactTime(new Date(message.edited_at)),
    });
}

function drawDeleted() {
  const element = document.createElement("p");
  element.className = "gone";
  element.textContent = _("This message was deleted.");
  return element;
}

/**
 * @param {HTMLElement} element
 * @param {string | null} words
 */
function showState(element, words, isBad = false) {
  const state = partOf(element, ".state");
  state.hidden = !words;
  state.classList.toggle("bad", isBad);
  state.textContent = words || "";
}

/**
 * @param {string} action
 * @param {string} label
 */
function drawButton(action, label) {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset.action = action;
  button.textContent = label;
  return button;
}
