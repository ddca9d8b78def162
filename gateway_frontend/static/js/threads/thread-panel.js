/** The panel of a thread: its first message, its replies as they arrive, and a composer of its own. */

import { fillMessage } from "../conversation/message.js";
import { createMessagePlace } from "../conversation/message-place.js";
import { call } from "../core/api.js";
import { confirm } from "../core/confirm.js";
import { all, closest, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { emojiTrigger } from "../emoji/emoji-trigger.js";
import { createTyping, typingWords } from "../live/typing.js";
import { createMentioning } from "../mentions/mentioning.js";
import { foldMessage, isBlocked } from "../people/blocks.js";
import { isPollCommand } from "../polls/poll-command.js";
import { createReplyLoading } from "./reply-loading.js";
import { repliesOf } from "./thread-link.js";
import { createThreadReading } from "./thread-reading.js";

/** @typedef {ReturnType<typeof openThread>} OpenThread */

/**
 * Start the scripts of the `<aside>` of a thread.
 *
 * @param {HTMLElement} root
 * @param {import("../conversation/open-conversation.js").AppParts} app
 * @param {{moderates: boolean, close: () => void}} how what the person may do there, and how the panel is closed
 */
export function openThread(root, app, { moderates, close }) {
  const { people, showError } = app;
  const id = Number(root.dataset.thread);
  const conversationId = Number(root.dataset.conversation);
  const me = { ...app.me, moderates };
  const first = one(root, ".first .message");
  const also = one(root, "[name=also_in_conversation]", HTMLInputElement);
  const target = {
    conversation_id: conversationId,
    reply_to: id,
    get also_in_conversation() {
      return also.checked;
    },
  };
  /** @type {ReturnType<typeof createThreadReading> | undefined} */
  let reading;

  for (const message of all(root, ".message"))
    foldMessage(message, isBlocked(me, Number(message.dataset.author)));
  const typing = createTyping({
    send: () => app.typing.send(conversationId, id),
    show: (_id, userIds) => showTyping(userIds),
  });
  const mentioning = createMentioning({
    root,
    conversationId,
    me,
    names: people.names,
    shown: app.showPresence,
    confirm,
    showError,
  });
  const place = createMessagePlace({
    root,
    me,
    app,
    target,
    load: createReplyLoading(id, one(root, ".lines")),
    triggers: [emojiTrigger(), ...mentioning.triggers],
    viewChanged: () => reading?.viewChanged(),
    upsert,
    openDraft: (parts) =>
      app.drafts.open({ ...parts, target: { conversation_id: conversationId }, replyTo: id }),
    send,
    typed: (text) => (text ? typing.typed : typing.ended)(id),
  });
  const { timeline, composer, sending, reacting } = place;
  reading = createThreadReading({
    timeline,
    isFollowing: () => root.hasAttribute("data-following"),
    readSeq: Number(root.dataset.readSeq),
    put: (seq) => call("PUT", `/api/messages/${id}/thread/read`, { seq }),
  });

  /** @param {string} text */
  function send(text) {
    typing.ended(id);
    if (isPollCommand(text)) {
      composer.restore(text);
      return showError(_("A poll is asked in the conversation, not in a thread."));
    }
    if (!mentioning.needsQuestion(text)) return sendNow(text);
    return mentioning.ask().then((may) => (may ? sendNow(text) : composer.restore(text)));
  }

  /** @param {string} text */
  function sendNow(text) {
    sending.send(text);
    also.checked = false;
  }

  /** @param {number[]} userIds */
  async function showTyping(userIds) {
    const names = await people.names(userIds);
    one(root, ".typing").textContent = typingWords(names.map((name) => name.split(" ")[0]));
  }

  /** @param {Message} message */
  function upsert(message) {
    if (message.id === id) fillFirst(message);
    else timeline.upsert(message);
  }

  /** @param {Message} message */
  function fillFirst(message) {
    fillMessage(first, message, me);
    const isDeleted = Boolean(message.deleted_at);
    one(root, "form.box").hidden = isDeleted;
    one(root, ".closed").hidden = !isDeleted;
  }

  /**
   * An event of the conversation, in its turn.
   *
   * @param {Pick<LogEvent, "type" | "data">} event
   */
  function apply(event) {
    const { type, data } = event;
    if (type === "typing" && data.thread_id === id)
      typing.receive({ conversation_id: id, user_id: data.user_id });
    if (type.startsWith("reaction.")) reacting.apply(event);
    if (type === "thread.updated" && data.message_id === id)
      one(root, ".tally").textContent = data.thread
        ? repliesOf(data.thread.reply_count)
        : _("No replies yet");
    if (!type.startsWith("message.") || ![data.id, data.thread_id].includes(id)) return;
    people.learn(data.author);
    if (type === "message.created" && data.author_id !== me.id) {
      typing.remove(id, data.author_id);
      reading?.arriving();
    }
    if (type === "message.created" && sending.isFromHere(data)) mentioning.sent(data);
    upsert(data);
  }

  /**
   * The state of the thread is another one, perhaps by another tab.
   *
   * @param {ThreadState} state
   */
  function noticed({ following, read_seq: readSeq }) {
    const button = one(root, "[data-action=follow]", HTMLButtonElement);
    root.toggleAttribute("data-following", following);
    button.textContent = following ? _("Following") : _("Follow");
    button.value = following ? "no" : "yes";
    reading?.readElsewhere(readSeq);
  }

  /** @param {Event} event */
  async function toggleFollowing(event) {
    event.preventDefault();
    const isFollowing = root.hasAttribute("data-following");
    const path = `/api/messages/${id}/thread`;
    try {
      await call(isFollowing ? "DELETE" : "PUT", `${path}/follow`);
      noticed(await call("GET", path));
    } catch (problem) {
      showError(problem.message);
    }
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const isBusy = event.defaultPrevented || closest(event.target, ".editor, [popover]");
    if (event.key !== "Escape" || isBusy) return;
    event.preventDefault(); // elsewhere it marks the conversation as read
    close();
  }

  one(root, "[data-action=follow]").addEventListener("click", toggleFollowing);
  root.addEventListener("keydown", pressed);
  place.start();

  return {
    id,
    place: place.place,
    apply,
    noticed,
    showUnsent: place.showUnsent,
    showItem: timeline.showItem,
    upsert,
    viewChanged: () => reading?.viewChanged(),
    close() {
      reading?.close();
      place.close();
    },
  };
}
