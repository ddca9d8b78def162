/** Names of conversations, and the initials and colours of avatars. */

import { _ } from "../core/language.js";

const TONES = 8;

/**
 * The plain name: a room's, the other person's, or the first names of a group.
 *
 * @param {ConversationSummary} conversation
 * @param {number} myId
 */
export function nameOf(conversation, myId) {
  if (conversation.kind === "room") return conversation.name ?? "";
  const others = othersIn(conversation, myId);
  if (conversation.kind === "direct")
    return others.length ? others[0].name : _("Notes to yourself");
  return others.map((person) => person.name.split(" ")[0]).join(", ") || _("Only you");
}

/**
 * `# kitchen`, or a name of people.
 *
 * @param {ConversationSummary} conversation
 * @param {number} myId
 */
export function fullNameOf(conversation, myId) {
  return `${conversation.kind === "room" ? "# " : ""}${nameOf(conversation, myId)}`;
}

/**
 * All members but this person.
 *
 * @param {ConversationSummary} conversation
 * @param {number} myId
 */
function othersIn(conversation, myId) {
  return (conversation.members || []).filter((person) => person.id !== myId);
}

/**
 * The person whose avatar stands for a conversation of people.
 *
 * @param {ConversationSummary} conversation
 * @param {Person} me
 */
export function faceOf(conversation, me) {
  return othersIn(conversation, me.id)[0] ?? me;
}

/**
 * `Bob Morane` → `BM`, `Eliza` → `E`
 *
 * @param {string} name
 */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = Array.from(words[0] || "?");
  if (words.length === 1) return first[0].toUpperCase();
  return (first[0] + Array.from(words[words.length - 1])[0]).toUpperCase();
}

/**
 * The initials, and the picture over them if there is one.
 *
 * @param {HTMLElement} avatar
 * @param {string} name
 * @param {string | null} [url]
 */
export function showFace(avatar, name, url) {
  avatar.textContent = initials(name);
  if (!url) return;
  const picture = document.createElement("img");
  Object.assign(picture, { src: url, alt: "" });
  avatar.append(picture);
}

/**
 * One of the avatar colours, always the same for a person.
 *
 * @param {number} id
 */
export function toneOf(id) {
  return `tone-${Math.abs(Number(id) || 0) % TONES}`;
}
