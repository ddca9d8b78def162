/** Messages as options of "Find or jump". */

import { draw, one } from "../core/dom.js";
import { nameOf } from "../shell/titles.js";
import { isInConversation } from "../threads/replies.js";

const LEAD = 40;

/**
 * @param {FoundMessage} found
 * @param {ConversationSummary | undefined} conversation
 * @param {Person} me
 */
export function drawFound({ message, excerpts }, conversation, me) {
  const sign = conversation?.kind === "room" ? "# " : "";
  const option = draw("found-option-template", {
    ":scope": { href: addressOf(message) },
    b: message.author.name,
    small: conversation ? sign + nameOf(conversation, me.id) : "",
  });
  const shown = excerpts.find(({ parts }) => parts.some(({ match }) => match)) ?? excerpts[0];
  one(option, ".excerpt").append(...(shown?.parts ?? []).map(drawPart));
  return option;
}

/** @param {Message} message */
function addressOf(message) {
  const { conversation_id: id, thread_id: threadId, seq } = message;
  return isInConversation(message)
    ? `/app/c/${id}?at=${seq}`
    : `/app/c/${id}/thread/${threadId}?at=${seq}`;
}

/**
 * @param {{text: string, match: boolean}} part
 * @param {number} index
 */
function drawPart({ text, match }, index) {
  if (!match) return index || text.length <= LEAD ? text : `…${text.slice(-LEAD)}`;
  const mark = document.createElement("mark");
  mark.textContent = text;
  return mark;
}
