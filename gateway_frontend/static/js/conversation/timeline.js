/** The log on the page: which messages and notes it shows, as they arrive, change and are loaded. */

import { all, find, one } from "../core/dom.js";
import { SENT } from "../live/outbox.js";
import {
  firstSeqOf,
  isMessage,
  lastSeqOf,
  messageByClientId,
  messageById,
  seqOf,
} from "./entries.js";
import { drawMessage, drawWaiting, fillMessage, fillWaiting } from "./message.js";
import { drawNote } from "./notes.js";
import { createPaging } from "./paging.js";
import { createPlacing } from "./placing.js";
import { createViewport } from "./viewport.js";

/** @typedef {ReturnType<typeof createTimeline>} Timeline */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root the conversation's element as the server rendered it
 * @param {Reader} parts.me
 * @param {import("./paging.js").Load} parts.load → a page, oldest first
 * @param {() => void} parts.viewChanged is called when other messages may be in view
 * @param {import("./announcements.js").Announcements} parts.announcements
 */
export function createTimeline({ root, me, load, viewChanged, announcements }) {
  const log = one(root, ".log");
  const lines = one(log, ".lines");
  /** @type {Map<number, Message>} id → message that arrived while the page on which it belongs was loading */
  const leftOut = new Map();
  let newestSeq = 0; // of the messages that are known but not on the page

  const paging = createPaging({ log, lines, load, older, newer });
  const viewport = createViewport({ log, lines, reachesEnd: () => paging.reachesEnd });
  const { place, settleAll, markNewAfter } = createPlacing({
    lines,
    me,
    kind: root.dataset.kind === "group" ? "group" : "room",
    newAfter: Number(root.dataset.newAfter ?? Infinity),
    hasOlder: () => paging.hasOlder,
  });

  /**
   * A message of the log, new or changed.
   *
   * @param {Message} message
   */
  function upsert(message) {
    viewport.keepPlace(() => {
      const known =
        messageById(lines, message.id) ||
        (message.client_id ? messageByClientId(lines, message.client_id) : null);
      if (!known?.dataset.seq && !belongsHere(message.seq)) leaveOut(message, known);
      else if (known) update(known, message);
      else add(message);
    });
    viewChanged();
  }

  /**
   * @param {HTMLElement} known
   * @param {Message} message
   */
  function update(known, message) {
    const isPlaced = known.dataset.seq === String(message.seq);
    fillMessage(known, message, me);
    if (!isPlaced) place(known);
  }

  /** @param {Message} message */
  function add(message) {
    if (message.author_id !== me.id) announcements.arriving();
    place(drawMessage(message, me));
  }

  /**
   * Between the message and the page are messages that are not loaded.
   *
   * @param {Message} message
   * @param {HTMLElement | null} waiting
   */
  function leaveOut(message, waiting) {
    waiting?.remove();
    newestSeq = Math.max(newestSeq, message.seq);
    if (paging.isLoading()) leftOut.set(message.id, message);
  }

  /** @param {number} seq */
  function belongsHere(seq) {
    const isAbove = paging.hasOlder && seq < firstSeqOf(lines);
    const isBelow = !paging.reachesEnd && seq > lastSeqOf(lines);
    return !isAbove && !isBelow;
  }

  /**
   * A member joined or left, or the room changed; adding the same note again is harmless.
   *
   * @param {Note} note
   */
  function addNote(note) {
    const isKnown = find(lines, `.note[data-seq="${Number(note.seq)}"]`) !== null;
    if (isKnown || !belongsHere(note.seq)) return;
    announcements.arriving(false);
    viewport.keepPlace(() => place(drawNote(note)));
  }

  /**
   * An unsent item, or its new state.
   *
   * @param {OutboxItem} item
   */
  function showItem(item) {
    if (item.state === SENT) return;
    const known = messageByClientId(lines, item.client_id);
    if (known?.dataset.seq) return;
    if (known) fillWaiting(known, item);
    else viewport.keepPlace(() => place(drawWaiting(item, me)));
  }

  /** @param {string} clientId */
  function removeItem(clientId) {
    const known = messageByClientId(lines, clientId);
    if (known && !known.dataset.seq) known.remove();
  }

  /**
   * Show another part of the log.
   *
   * @param {DrawablePage} page
   */
  function replaceAll(page) {
    announcements.skip();
    for (const element of all(lines, ".message[data-seq], .note, .day, .new")) element.remove();
    paging.restart({
      hasOlder: !page.is_whole,
      hasLater: !endsWith(page),
      beginning: drawBeginning(),
    });
    for (const element of drawNew(page)) place(element);
    placeLeftOut();
    log.scrollTop = 0;
  }

  /** Make sure that the newest messages are on the page, and scroll to them. */
  async function showNewest() {
    if (!paging.reachesEnd) replaceAll(await load({}));
    log.scrollTop = 0;
    viewChanged();
  }

  /**
   * Scroll to the "new" line, with the messages around `readSeq` if they are not on the page.
   *
   * @param {number} readSeq
   */
  async function showFirstNew(readSeq) {
    if (paging.hasOlder && firstSeqOf(lines) > readSeq) {
      markNewAfter(readSeq);
      replaceAll(await load({ around: readSeq }));
    }
    showNewLine();
    viewChanged();
  }

  /**
   * Put the "new" line after `seq`, without scrolling.
   *
   * @param {number} seq
   */
  function showNewAfter(seq) {
    viewport.keepPlace(() => {
      markNewAfter(seq);
      settleAll();
    });
  }

  /**
   * Scroll to the message at `seq`, with the messages around it if it is not on the page.
   *
   * @param {number} seq
   */
  async function showAt(seq) {
    if (!messageBySeq(seq)) replaceAll(await load({ around: seq }));
    const message = messageBySeq(seq);
    if (message) viewport.showFrom(message);
    message?.focus({ preventScroll: true });
    viewChanged();
  }

  /** @param {number} seq */
  function messageBySeq(seq) {
    return find(lines, `.message[data-seq="${Number(seq)}"]`);
  }

  function showNewLine() {
    const line = find(lines, ".new");
    if (line) viewport.showFrom(line);
  }

  /**
   * Mark a message that a link leads to, and scroll to it.
   *
   * @param {number} seq
   */
  async function showLinked(seq) {
    await showAt(seq);
    messageBySeq(seq)?.classList.add("linked");
  }

  /** @param {DrawablePage} page */
  function older(page) {
    announcements.skip();
    viewport.keepPlace(() => {
      for (const element of drawNew(page).reverse()) place(element);
      if (page.is_whole) paging.endOlder(drawBeginning());
      placeLeftOut();
    });
    viewChanged();
  }

  /** @param {DrawablePage} page */
  function newer(page) {
    announcements.skip();
    viewport.keepPlace(() => {
      for (const element of drawNew(page)) place(element);
      if (endsWith(page)) paging.endLater();
      placeLeftOut();
    });
    viewChanged();
  }

  /**
   * Whether no known message comes after this page.
   *
   * @param {DrawablePage} page
   */
  function endsWith({ messages, reaches_end: reachesEnd }) {
    return reachesEnd && newestSeq <= (messages.at(-1)?.seq ?? lastSeqOf(lines));
  }

  function placeLeftOut() {
    const messages = [...leftOut.values()];
    leftOut.clear();
    for (const message of messages) {
      const known = messageById(lines, message.id);
      if (known) update(known, message);
      else if (belongsHere(message.seq)) add(message);
    }
  }

  function drawBeginning() {
    const template = one(root, "template.beginning-of-log", HTMLTemplateElement);
    return template.content.cloneNode(true);
  }

  /**
   * Elements for those entries of a page that are not there yet.
   *
   * @param {DrawablePage} page
   */
  function drawNew({ messages, notes }) {
    return [...messages.map((message) => drawMessage(message, me)), ...notes.map(drawNote)]
      .filter((element) => !isMessage(element) || !messageById(lines, Number(element.dataset.id)))
      .sort((one, other) => seqOf(one) - seqOf(other));
  }

  settleAll();
  if (!location.hash && !root.dataset.at) showNewLine();

  return {
    upsert,
    addNote,
    showItem,
    removeItem,
    replaceAll,
    showNewest,
    showFirstNew,
    showNewAfter,
    showAt,
    showLinked,
    markNewAfter,
    viewport,
    get firstSeq() {
      return firstSeqOf(lines);
    },
    get lastSeq() {
      return lastSeqOf(lines);
    },
    get hasOlder() {
      return paging.hasOlder;
    },
    get reachesEnd() {
      return paging.reachesEnd;
    },
    /** The last message on the page that another person wrote. */
    lastOfOthers() {
      return all(lines, `.message[data-seq]:not([data-author="${me.id}"])`).at(-1);
    },
    /** @param {number} id */
    find: (id) => messageById(lines, id),
    /** The person's last message that can be edited. */
    lastOwn() {
      const own = `.message[data-seq][data-author="${me.id}"]:not(.deleted, .is-poll)`;
      return all(lines, own).at(-1);
    },
    close() {
      paging.close();
    },
  };
}
