/** The panel of a thread: its first message, its replies as they arrive, and a composer of its own. */

import { createAnnouncements } from "../conversation/announcements.js";
import { createComposer } from "../conversation/composer.js";
import { fillMessage } from "../conversation/message.js";
import { messageActions } from "../conversation/message-actions.js";
import { createMessageText } from "../conversation/message-text.js";
import { createMessageTools } from "../conversation/message-tools.js";
import { createSending } from "../conversation/sending.js";
import { createTimeline } from "../conversation/timeline.js";
import { call } from "../core/api.js";
import { actionOf, all, closest, one } from "../core/dom.js";
import { localizeTimes } from "../core/times.js";
import { emojiTrigger } from "../emoji/emoji-trigger.js";
import { watchBrokenFiles } from "../files/message-files.js";
import { createTray } from "../files/tray.js";
import { createViewer } from "../files/viewer.js";
import { placeOf } from "../live/outbox.js";
import { foldMessage, isBlocked } from "../people/blocks.js";
import { isPollCommand } from "../polls/poll-command.js";
import { createReacting } from "../reactions/reacting.js";
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
  const { outbox, people, showError } = app;
  const id = Number(root.dataset.thread);
  const conversationId = Number(root.dataset.conversation);
  const me = { ...app.me, moderates };
  const log = one(root, ".log");
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

  localizeTimes(root);
  for (const message of all(root, ".message"))
    foldMessage(message, isBlocked(me, Number(message.dataset.author)));
  const timeline = createTimeline({
    root,
    me,
    load: createReplyLoading(id, one(root, ".lines")),
    viewChanged: () => reading?.viewChanged(),
    announcements: createAnnouncements({
      log,
      status: one(root, "[data-arrivals]"),
      isCounted: app.isCatchingUp,
    }),
  });
  reading = createThreadReading({
    timeline,
    isFollowing: () => root.hasAttribute("data-following"),
    readSeq: Number(root.dataset.readSeq),
    put: (seq) => call("PUT", `/api/messages/${id}/thread/read`, { seq }),
  });
  const triggers = [emojiTrigger()];
  const tray = createTray({ root, showError });
  const composer = createComposer({
    form: one(root, "form.box", HTMLFormElement),
    openDraft: (parts) =>
      app.drafts.open({ ...parts, target: { conversation_id: conversationId }, replyTo: id }),
    send,
    sendAsFile: tray.add,
    showError,
    scrollLog: (pages) => log.scrollBy({ top: pages * 0.85 * log.clientHeight }),
    mayBeEmpty: () => !tray.isEmpty,
    holds: tray.holds,
    triggers,
    typed: () => {},
    editLast,
  });
  const sending = createSending({
    target,
    outbox,
    timeline,
    tray,
    readText: composer.read,
    restoreText: composer.restore,
    showError,
  });
  const reacting = createReacting({
    log,
    me,
    names: people.names,
    keepPlace: timeline.viewport.keepPlace,
    showError,
  });
  createMessageText({
    log,
    say(words) {
      one(root, "[data-arrivals]").textContent = words;
    },
    showError,
  });
  const tools = createMessageTools({
    log,
    showError,
    actions: {
      ...reacting.actions,
      ...messageActions({ me, root, app, triggers, timeline, upsert, composer }),
    },
  });

  /** @param {string} text */
  function send(text) {
    if (isPollCommand(text)) {
      composer.restore(text);
      return showError("A poll is asked in the conversation, not in a thread.");
    }
    sending.send(text);
    also.checked = false;
    return undefined;
  }

  function editLast() {
    const message = timeline.lastOwn();
    if (message) tools.act("edit", message, composer);
    return Boolean(message);
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
   * @param {LogEvent} event
   */
  function apply(event) {
    const { type, data } = event;
    if (type.startsWith("reaction.")) reacting.apply(event);
    if (type === "thread.updated" && data.message_id === id)
      one(root, ".tally").textContent = data.thread
        ? repliesOf(data.thread.reply_count)
        : "No replies yet";
    if (!type.startsWith("message.") || ![data.id, data.thread_id].includes(id)) return;
    people.learn(data.author);
    if (type === "message.created" && data.author_id !== me.id) reading?.arriving();
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
    button.textContent = following ? "Following" : "Follow";
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

  /** @param {MouseEvent} event */
  function clicked(event) {
    const clientId = closest(event.target, ".message")?.dataset.client ?? "";
    if (actionOf(event) === "retry") outbox.retry(clientId);
    if (actionOf(event) === "discard") sending.giveUp(clientId);
  }

  function showUnsent() {
    for (const item of outbox.itemsOf(placeOf(target))) timeline.showItem(item);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const isBusy = event.defaultPrevented || closest(event.target, ".editor, [popover]");
    if (event.key === "Escape" && !isBusy) close();
  }

  one(root, "[data-action=follow]").addEventListener("click", toggleFollowing);
  root.addEventListener("keydown", pressed);
  log.addEventListener("click", clicked);
  createViewer(log);
  watchBrokenFiles(log);
  showUnsent();
  if (root.dataset.at)
    timeline.showLinked(Number(root.dataset.at)).catch(({ message }) => showError(message));
  else if (matchMedia("(hover: hover) and (min-width: 721px)").matches) composer.focus();

  return {
    id,
    place: placeOf(target),
    apply,
    noticed,
    showUnsent,
    showItem: timeline.showItem,
    upsert,
    viewChanged: () => reading?.viewChanged(),
    close() {
      composer.close();
      reading?.close();
      timeline.close();
      tray.close();
    },
  };
}
