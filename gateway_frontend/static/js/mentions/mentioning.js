/** Mentions in what is written in a conversation or a thread: completed, confirmed where they are for many, and followed by an offer. */

import { _, ngettext } from "../core/language.js";
import { mentionTriggers } from "./mention-triggers.js";
import { mentionsEveryone } from "./mentions.js";

/** With more members than these, a mention of all of them is confirmed first. */
const MANY_MEMBERS = 30;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {number | null} parts.conversationId
 * @param {Person} parts.me
 * @param {(ids: number[]) => Promise<string[]>} parts.names
 * @param {(root: ParentNode) => void} parts.shown is called with new avatars
 * @param {Confirm} parts.confirm
 * @param {ShowError} parts.showError
 */
export function createMentioning({ root, conversationId, me, names, shown, confirm, showError }) {
  /** @param {Message} message of this person, as it was stored */
  async function offerToAdd(message) {
    if (!message.mentions?.user_ids.length) return;
    const { createOffering } = await import("./offering.js");
    await createOffering({ root, conversationId, names, showError }).offer(message);
  }

  /**
   * Whether a message to all members of a large room is sent only after a question.
   *
   * @param {string} text
   */
  function needsQuestion(text) {
    return Number(root.dataset.members) > MANY_MEMBERS && mentionsEveryone(text);
  }

  /** → whether the person wants to send it */
  function ask() {
    return confirm(
      ngettext(
        "Mention %(num)s member?",
        "Mention all %(num)s members?",
        Number(root.dataset.members),
      ),
      _("Each of them gets a mention for this message."),
      _("Send"),
    );
  }

  return {
    triggers: mentionTriggers({ conversationId, me, shown }),
    needsQuestion,
    ask,
    /**
     * A message of this person was stored.
     *
     * @param {Message} message
     */
    sent(message) {
      offerToAdd(message).catch((problem) => showError(problem.message));
    },
  };
}
