/** The open conversation: its log on the page, the box to write in, editing, and the read marker. */

import { call } from "../core/api.js";
import { confirm } from "../core/confirm.js";
import { makeUuid } from "../core/ids.js";
import { localizeTimes } from "../core/times.js";
import { tellOfBroken } from "../files/files.js";
import { createTray } from "../files/tray.js";
import { createViewer } from "../files/viewer.js";
import { placeOf } from "../live/outbox.js";
import { typingWords } from "../live/typing.js";
import { isPollCommand, readPollCommand, USAGE, writePollCommand } from "../polls/poll-command.js";
import { openPollDialog } from "../polls/poll-dialog.js";
import { createPolls } from "../polls/polls.js";
import { createArrivals } from "./arrivals.js";
import { hintFor, withoutEscape } from "./commands.js";
import { createComposer } from "./composer.js";
import { createEditing } from "./editing.js";
import { isNoted, noteOf } from "./notes.js";
import { createReading } from "./reading.js";
import { createTimeline } from "./timeline.js";

const READ_DELAY = 250;

/** Bring the `<main>` of a conversation to life; → what main.js tells it of. */
export function openConversation(
  root,
  { me: reader, outbox, typing, people, isCatchingUp, unread, readHere, readUpTo, drafted, failed },
) {
  const id = Number(root.dataset.conversation) || null;
  const me = { ...reader, moderates: root.hasAttribute("data-moderates") };
  const target = id ? { conversation_id: id } : { recipient_id: Number(root.dataset.recipient) };
  const typingLine = root.querySelector(".typing");
  let drawnSeq = Number(root.dataset.drawnSeq) || 0;
  let readTimer = null;
  let reading = null;

  localizeTimes(root);
  const timeline = createTimeline({
    root,
    me,
    looked: () => reading?.looked(),
    arrivals: createArrivals({
      log: root.querySelector(".log"),
      status: root.querySelector("[data-arrivals]"),
      isTold: isCatchingUp,
    }),
    load: async (place) =>
      withNotes(
        await call("GET", `/front/conversations/${id}/messages?${new URLSearchParams(place)}`),
      ),
  });
  reading = createReading({
    root,
    me,
    timeline,
    failed,
    readSeq: Number(root.dataset.readSeq) || 0,
    unread: () => unread(id),
    latestSeq: () => drawnSeq,
    moved,
  });
  const tray = createTray({ root, failed });
  const polls = createPolls({ root, me, names: people.names, confirm, failed });
  const composer = createComposer({
    form: root.querySelector("form.box"),
    draftKey: draftKey(me.id, placeOf(target)),
    send,
    sendAsFile: tray.add,
    failed,
    scrollLog: (pages) =>
      root
        .querySelector(".log")
        .scrollBy({ top: pages * 0.85 * root.querySelector(".log").clientHeight }),
    drafted: (hasDraft) => {
      if (id) drafted(id, hasDraft);
    },
    mayBeEmpty: () => !tray.isEmpty,
    holds: () => tray.holds(),
    typed: (text) => {
      if (id) (text ? typing.typed : typing.rested)(id);
    },
    async editLast(event) {
      if (!timeline.lastOwn()) return;
      event.preventDefault();
      await timeline.showNewest();
      editing.edit(timeline.lastOwn(), composer);
    },
  });
  const editing = createEditing({
    root,
    me,
    confirm,
    failed,
    fetchMessage: (messageId) => call("GET", `/api/messages/${messageId}`),
    save: async (messageId, content) =>
      timeline.upsert(await call("PATCH", `/api/messages/${messageId}`, { content })),
    remove: (messageId) => call("DELETE", `/api/messages/${messageId}`),
  });

  function send(text) {
    if (id) typing.rested(id);
    if (id && isPollCommand(text)) return askByCommand(text);
    const hint = hintFor(text);
    if (hint) {
      composer.restore(text);
      return failed(hint);
    }
    return put({ content: withoutEscape(text), files: tray.take() });
  }

  function askByCommand(text) {
    const poll = readPollCommand(text);
    if (poll) return ask(poll);
    composer.restore(text);
    return failed(USAGE);
  }

  function ask(poll) {
    put({ content: poll.question, poll });
  }

  function put(content) {
    outbox.add({ ...target, ...content, client_id: makeUuid(), written: Date.now() });
    timeline.showNewest().catch(() => {}); // offline: the message stands below the part that is loaded
  }

  /** An event of this conversation, in its turn. */
  function apply({ seq, type, date, data }) {
    drawnSeq = Math.max(drawnSeq, seq);
    if (type.startsWith("poll.")) polls.apply({ date, data });
    if (isNoted(type)) note({ seq, date, type, data });
    if (!type.startsWith("message.")) return;
    people.learn(data.author);
    if (type === "message.created" && data.author_id !== me.id) reading.arriving();
    timeline.upsert(data);
  }

  async function note(event) {
    timeline.addNote(await named(event));
  }

  async function withNotes({ events, ...page }) {
    return { ...page, notes: await Promise.all(events.map(named)) };
  }

  async function named(event) {
    const told = noteOf(event);
    const [by] = told.byId ? await people.names([told.byId]) : ["Somebody"];
    return { ...told, by };
  }

  /** The count here falls at once; the server gets the marker of a burst in one call. */
  function moved(seq, passed) {
    if (!id) return;
    readHere(id, seq, passed);
    readTimer ??= setTimeout(sendMarker, READ_DELAY);
  }

  function sendMarker() {
    clearTimeout(readTimer);
    readTimer = null;
    readUpTo(id, reading.readSeq);
  }

  async function showTyping(userIds) {
    const names = await people.names(userIds.filter((userId) => userId !== me.id));
    typingLine.textContent = typingWords(names.map((name) => name.split(" ")[0]));
  }

  function clicked(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    const clientId = event.target.closest(".message")?.dataset.client;
    if (action === "retry") outbox.retry(clientId);
    if (action === "discard") giveUp(clientId);
  }

  function showUnsent() {
    for (const item of outbox.itemsOf(placeOf(target))) timeline.showItem(item);
  }

  async function giveUp(clientId) {
    const item = await outbox.discard(clientId);
    if (!item) return;
    timeline.removeItem(clientId);
    composer.restore(item.poll ? writePollCommand(item.poll) : item.content);
    tray.restore(item.files ?? []);
  }

  root.querySelector(".log").addEventListener("click", clicked);
  root.querySelector("[data-action=ask-poll]")?.addEventListener("click", (event) => {
    event.preventDefault();
    openPollDialog(ask);
  });
  createViewer(root.querySelector(".log"));
  tellOfBroken(root.querySelector(".log"));
  showUnsent();
  if (matchMedia("(hover: hover) and (min-width: 721px)").matches) composer.focus();

  return {
    id,
    place: placeOf(target),
    apply,
    showTyping,
    showUnsent,
    looked: reading.looked,
    readElsewhere: reading.readElsewhere,
    /** How far in the log this page is. */
    get drawnSeq() {
      return drawnSeq;
    },
    showItem: timeline.showItem,
    upsert: timeline.upsert,
    /** The log began anew on the server. */
    async renew() {
      timeline.replaceAll(
        await withNotes(await call("GET", `/front/conversations/${id}/messages`)),
      );
    },
    votedElsewhere: polls.chosen,
    /** What the server says of the page has changed; our role here may have. */
    refreshed() {
      me.moderates = root.hasAttribute("data-moderates");
      polls.offerAll();
    },
    close() {
      if (readTimer) sendMarker();
      composer.close();
      reading.close();
      timeline.close();
      tray.close();
    },
  };
}

/** Where the browser keeps what a person has written in a conversation and not sent. */
export function draftKey(userId, place) {
  return `parley-draft-${userId}-${place}`;
}
