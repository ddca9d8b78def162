/** A message's signs of its thread: the link below a first message, the mark above a reply. */

import { partOf } from "../conversation/message-parts.js";
import { fill, find, one } from "../core/dom.js";
import { ngettext } from "../core/language.js";
import { exactTime, sinceWords } from "../core/times.js";
import { initials, toneOf } from "../shell/titles.js";

/**
 * @param {HTMLElement} element of the first message
 * @param {string} address of its thread
 * @param {Thread | null} thread
 */
export function fillThreadLink(element, address, thread) {
  const link = partOf(element, ".thread-link", HTMLAnchorElement);
  link.hidden = !thread;
  link.href = address;
  if (!thread) return;
  const date = new Date(thread.last_reply_at);
  one(link, ".faces").replaceChildren(...thread.participants.map(drawFace));
  fill(link, {
    b: repliesOf(thread.reply_count),
    time: {
      dateTime: thread.last_reply_at,
      textContent: sinceWords(date),
      title: exactTime(date),
    },
  });
}

/**
 * @param {HTMLElement} element
 * @param {Message} message
 */
export function fillReplyMark(element, message) {
  const { conversation_id: conversationId, thread_id: threadId, seq } = message;
  fill(element, {
    ".reply-mark": {
      hidden: !threadId,
      href: threadId ? `${addressOf(conversationId, threadId)}?at=${seq}` : "/app",
    },
  });
}

/**
 * The page of a thread.
 *
 * @param {number} conversationId
 * @param {number} messageId the first message
 */
export function addressOf(conversationId, messageId) {
  return `/app/c/${conversationId}/thread/${messageId}`;
}

/**
 * The first message of the thread to which a reply to this message belongs.
 *
 * @param {HTMLElement} message
 */
export function threadOf(message) {
  const mark = find(message, ".reply-mark:not([hidden])", HTMLAnchorElement);
  const [, threadId] = /\/thread\/(\d+)/.exec(mark?.href ?? "") ?? [];
  return Number(threadId ?? message.dataset.id);
}

/** @param {number} count */
export function repliesOf(count) {
  return ngettext("%(num)s reply", "%(num)s replies", count);
}

/** @param {Person} person */
function drawFace(person) {
  const face = document.createElement("span");
  face.className = `avatar ${toneOf(person.id)}`;
  face.ariaHidden = "true";
  face.textContent = initials(person.name);
  return face;
}
