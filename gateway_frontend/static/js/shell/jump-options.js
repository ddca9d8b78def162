/** The options of "Find or jump": finds matching conversations, draws conversations and people. */

import { draw, one } from "../core/dom.js";
import { fillCount } from "./sidebar.js";
import { faceOf, nameOf, showFace, toneOf } from "./titles.js";

/**
 * Conversations whose name, or whose other person's nickname, contains `q`: unread ones first, beginnings before middles.
 *
 * @param {ConversationSummary[]} conversations
 * @param {string} q
 * @param {Person} me
 */
export function matching(conversations, q, me) {
  const wanted = q.toLowerCase();
  /** @type {[ConversationSummary, number][]} */
  const ranked = [];
  for (const conversation of conversations) {
    const nickname = conversation.kind === "direct" ? faceOf(conversation, me).nickname : "";
    const names = [nameOf(conversation, me.id), nickname].map((name) => name.toLowerCase());
    if (!names.some((name) => name.includes(wanted))) continue;
    const isBeginning = names.some((name) => name.startsWith(wanted));
    ranked.push([conversation, (isBeginning ? 0 : 2) + (conversation.unread ? 0 : 1)]);
  }
  return ranked.sort(([, one], [, other]) => one - other).map(([conversation]) => conversation);
}

/**
 * @param {ConversationSummary} conversation
 * @param {Person} me
 */
export function drawConversation(conversation, me) {
  const person = faceOf(conversation, me);
  const isDirect = conversation.kind === "direct";
  const option = draw("jump-option-template", {
    ":scope": { href: `/app/c/${conversation.id}` },
    ".title": nameOf(conversation, me.id),
    small: isDirect ? `@${person.nickname}` : conversation.topic,
  });
  if (conversation.kind === "room") {
    one(option, ".avatar").remove();
    if (conversation.visibility === "private")
      one(option, ".hash").replaceChildren(draw("lock-template"));
  } else fillFace(option, person, nameOf(conversation, me.id), isDirect);
  fillCount(one(option, ".count"), conversation.unread);
  return option;
}

/**
 * @param {Person} person
 * @param {ConversationSummary | undefined} conversation the direct conversation with them, if there is one
 * @param {Person} me
 */
export function drawPerson(person, conversation, me) {
  const option = draw("jump-option-template", {
    ":scope": { href: conversation ? `/app/c/${conversation.id}` : `/app/u/${person.id}` },
    ".title": person.id === me.id ? `${person.name} (you)` : person.name,
    small: `@${person.nickname}`,
  });
  fillFace(option, person, person.name, true);
  return option;
}

/**
 * @param {HTMLElement} option
 * @param {Person} person
 * @param {string} name
 * @param {boolean} hasPresence
 */
function fillFace(option, person, name, hasPresence) {
  one(option, ".hash").remove();
  const avatar = one(option, ".avatar");
  avatar.classList.add(toneOf(person.id));
  showFace(avatar, name, hasPresence ? person.avatar_url : null);
  if (hasPresence) Object.assign(avatar.dataset, { user: person.id, presence: "unknown" });
}
