/** The open conversation: its messages and composer, its notes, polls and threads, and the read marker. */

import { confirm } from "../core/confirm.js";
import { fill, find, one } from "../core/dom.js";
import { createScheduling } from "../drafts/scheduling.js";
import { emojiTrigger } from "../emoji/emoji-trigger.js";
import { showSaved } from "../keeping/kept-marks.js";
import { typingWords } from "../live/typing.js";
import { createOpenMarks } from "../marks/open-marks.js";
import { createMentioning } from "../mentions/mentioning.js";
import { createVoting } from "../polls/voting.js";
import { isInConversation } from "../threads/replies.js";
import { addressOf, fillThreadLink, threadOf } from "../threads/thread-link.js";
import { commandTrigger } from "./commands.js";
import { messageById } from "./entries.js";
import { createHistory } from "./history.js";
import { createMessagePlace } from "./message-place.js";
import { isNoted } from "./notes.js";

/**
 * @typedef {object} AppParts what the app gives to the open conversation
 * @property {Person} me
 * @property {ReturnType<typeof import("../live/outbox.js").createOutbox>} outbox
 * @property {ReturnType<typeof import("../live/typing.js").createTyping>} typing
 * @property {ReturnType<typeof import("../live/people.js").createPeople>} people
 * @property {() => boolean} isCatchingUp
 * @property {(id: number) => number} unread the number of unread messages in a conversation
 * @property {(id: number, seq: number, passed: number[] | null, passedMentions?: number[]) => void} readHere moves the marker in this tab
 * @property {(root: ParentNode) => void} showPresence shows the statuses of new avatars
 * @property {(id: number, seq: number) => void} sendMarker sends the marker to the server
 * @property {(id: number, changes: MarkChanges) => Promise<unknown>} changeMarks
 * @property {ReturnType<typeof import("../drafts/drafts.js").createDrafts>} drafts
 * @property {import("../shell/jump.js").JumpParts} jump
 * @property {(url: string) => unknown} go opens another page of the app
 * @property {ShowError} showError
 */

/** @typedef {ReturnType<typeof openConversation>} OpenConversation */

/**
 * Start the scripts of the `<main>` of a conversation.
 *
 * @param {HTMLElement} root
 * @param {AppParts} app
 */
export function openConversation(root, app) {
  const { typing, people, showError } = app;
  const id = Number(root.dataset.conversation) || null;
  const me = { ...app.me, moderates: root.hasAttribute("data-moderates") };
  const target = id ? { conversation_id: id } : { recipient_id: Number(root.dataset.recipient) };
  let drawnSeq = Number(root.dataset.drawnSeq) || 0;
  /** @type {ReturnType<typeof import("./reading.js").createReading> | undefined} */
  let reading;

  const history = createHistory(id, people.names);
  const mentioning = createMentioning({
    root,
    conversationId: id,
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
    load: history.load,
    triggers: [emojiTrigger(), commandTrigger(), ...mentioning.triggers],
    viewChanged: () => reading?.viewChanged(),
    openDraft: (parts) => app.drafts.open({ ...parts, target, saved: savedDraft(root) }),
    send(text) {
      if (id) typing.ended(id);
      // Without a question nothing is waited for: what is sent is in the outbox at once.
      if (!mentioning.needsQuestion(text)) return sending.send(text);
      return mentioning.ask().then((may) => (may ? sending.send(text) : composer.restore(text)));
    },
    typed: (text) => {
      if (id) (text ? typing.typed : typing.ended)(id);
    },
  });
  const { log, timeline, composer, sending, reacting } = place;
  const marks = createOpenMarks({ root, id, me, timeline, latestSeq: () => drawnSeq, app });
  const readMarker = marks.reading;
  reading = readMarker;
  const voting = createVoting({ log, me, names: people.names, confirm, showError });
  const scheduling = createScheduling({
    root,
    target,
    take: sending.takeForLater,
    taken: composer.empty,
    showError,
  });

  /**
   * An event of this conversation, in its turn.
   *
   * @param {LogEvent} event
   */
  function apply(event) {
    const { seq, type, data } = event;
    drawnSeq = Math.max(drawnSeq, seq);
    if (data.message_id) timeline.changed(data.message_id);
    if (type.startsWith("poll.")) voting.apply(event);
    if (type.startsWith("reaction.")) reacting.apply(event);
    const isDirect = root.dataset.kind === "direct"; // shows no notes
    if (isNoted(type) && !isDirect) history.makeNote(event).then(timeline.addNote);
    if (type === "thread.updated") showThread(data);
    if (!type.startsWith("message.")) return;
    people.learn(data.author);
    if ("pin_count" in data) showPinCount(data.pin_count);
    if (!isInConversation(data)) return;
    if (type === "message.created" && data.author_id !== me.id) readMarker.arriving();
    if (type === "message.created" && sending.isFromHere(data)) mentioning.sent(data);
    timeline.upsert(data);
  }

  /** @param {number} count */
  function showPinCount(count) {
    fill(root, { "[data-pin-count]": count || "" });
  }

  /** @param {{message_id: number, thread: Thread | null}} changed */
  function showThread({ message_id: messageId, thread }) {
    const first = messageById(one(log, ".lines"), messageId);
    const address = addressOf(Number(id), messageId);
    if (first) timeline.viewport.keepPlace(() => fillThreadLink(first, address, thread));
  }

  /** @param {number[]} userIds */
  async function showTyping(userIds) {
    const names = await people.names(userIds.filter((userId) => userId !== me.id));
    one(root, ".typing").textContent = typingWords(names.map((name) => name.split(" ")[0]));
  }

  find(root, "[data-action=ask-poll]")?.addEventListener("click", async (event) => {
    event.preventDefault();
    const { openPollDialog } = await import("../polls/poll-dialog.js");
    openPollDialog(sending.ask);
  });
  place.start({
    ...marks.actions,
    reply: {
      isOffered: () => Boolean(id),
      act: (message) => app.go(addressOf(Number(id), threadOf(message))),
    },
  });

  return {
    id,
    place: place.place,
    apply,
    showTyping,
    showUnsent: place.showUnsent,
    viewChanged: readMarker.viewChanged,
    readElsewhere: readMarker.readElsewhere,
    markRead: marks.markRead,
    marksChanged: marks.changed,
    /** How far in the log this page is. */
    get drawnSeq() {
      return drawnSeq;
    },
    showItem: timeline.showItem,
    upsert: timeline.upsert,
    /** The log was restored on the server. */
    async renew() {
      timeline.replaceAll(await history.load({}));
    },
    /** @param {{message_id: number, saved: boolean}} state */
    savedElsewhere({ message_id: messageId, saved }) {
      const message = timeline.find(messageId);
      if (message) showSaved(message, saved);
    },
    votedElsewhere: voting.votedElsewhere,
    scheduledChanged: scheduling.changed,
    /** Parts of the page were loaded again; the person's role here may be another one. */
    refreshed() {
      me.moderates = root.hasAttribute("data-moderates");
      voting.offerAll();
    },
    close() {
      marks.close();
      place.close();
    },
  };
}

/**
 * The draft that the server had when it made the page. Text of a form that was sent back is none.
 *
 * @param {HTMLElement} root
 * @returns {SavedDraft | null}
 */
function savedDraft(root) {
  const { conversation, drafted } = root.dataset;
  const { defaultValue } = one(root, "form.box textarea", HTMLTextAreaElement);
  if (!defaultValue) return null;
  return {
    conversation_id: Number(conversation),
    reply_to: null,
    content: defaultValue,
    updated_at: drafted ?? "",
  };
}
