/** From the composer to the outbox: text, files, polls, and messages that are given up. */

import { makeUuid } from "../core/ids.js";
import { _ } from "../core/language.js";
import { hasEmojiNames, withEmoji } from "../emoji/emoji-names.js";
import { isPollCommand, readPollCommand, USAGE, writePollCommand } from "../polls/poll-command.js";
import { isCommand, withoutEscape } from "./commands.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {Target} parts.target
 * @param {ReturnType<typeof import("../live/outbox.js").createOutbox>} parts.outbox
 * @param {import("./timeline.js").Timeline} parts.timeline
 * @param {ReturnType<typeof import("../files/tray.js").createTray>} parts.tray
 * @param {() => string | null} parts.readText the text in the composer; null when it is too long
 * @param {(text: string) => void} parts.restoreText puts a text back into the composer
 * @param {ShowError} parts.showError
 */
export function createSending({
  root,
  target,
  outbox,
  timeline,
  tray,
  readText,
  restoreText,
  showError,
}) {
  /** @type {Set<string>} the `client_id`s of messages that were sent from this page */
  const sent = new Set();

  /** @param {string} text */
  function send(text) {
    if (target.conversation_id && isPollCommand(text)) return askByCommand(text);
    return isCommand(text) ? run(text) : sendText(withoutEscape(text));
  }

  /** @param {string} text */
  async function sendText(text) {
    const files = tray.take();
    // Without names nothing is waited for: what is sent is in the outbox at once.
    add({ content: hasEmojiNames(text) ? await withEmoji(text) : text, files });
  }

  /** @param {string} text */
  async function run(text) {
    const { runCommand } = await import("../commands/running.js");
    return runCommand(text, { root, target, restoreText, sendText, showError });
  }

  /** @param {string} text */
  function askByCommand(text) {
    const poll = readPollCommand(text);
    if (poll) return ask(poll);
    restoreText(text);
    return showError(USAGE);
  }

  /** @param {NewPoll} poll */
  function ask(poll) {
    add({ content: poll.question, poll });
  }

  /** @param {Pick<OutgoingMessage, "content" | "files" | "poll">} content */
  function add(content) {
    const clientId = makeUuid();
    sent.add(clientId);
    outbox.add({ ...target, ...content, client_id: clientId, written: Date.now() });
    timeline.showNewest().catch(() => {}); // offline: the message stands below the part that is loaded
  }

  /** The text to send later, or null after saying why there is none. */
  function takeForLater() {
    const text = readText();
    if (text === null) return null;
    if (!tray.isEmpty) showError(_("Files cannot be scheduled. Send them now, or remove them."));
    else if (!text) showError(_("Write the message first."));
    else if (isCommand(text)) showError(_("Commands cannot be scheduled."));
    else return withoutEscape(text);
    return null;
  }

  /**
   * Take a failed message out of the outbox, back into the composer.
   *
   * @param {string} clientId
   */
  async function giveUp(clientId) {
    const item = await outbox.discard(clientId);
    if (!item) return;
    timeline.removeItem(clientId);
    restoreText(item.poll ? writePollCommand(item.poll) : item.content);
    tray.restore(item.files ?? []);
  }

  /** @param {Pick<Message, "client_id">} message */
  function isFromHere({ client_id: clientId }) {
    return sent.has(clientId ?? "");
  }

  return { send, ask, giveUp, takeForLater, isFromHere };
}
