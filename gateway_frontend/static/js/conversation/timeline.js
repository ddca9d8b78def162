/** The log on the page: which messages and notes it shows, as they arrive, change and are loaded. */

import { all, find, one } from "../core/dom.js";
import {
  firstSeqOf,
  isMessage,
  lastSeqOf,
  messageByClientId,
  messageById,
  seqOf,
} from "./entries.js";
import { createJumping } from "./jumping.js";
import { drawMessage, fillMessage } from "./message.js";
import { drawNote } from "./notes.js";
import { createPaging } from "./paging.js";
import { createPlacing } from "./placing.js";
import { createUnloaded } from "./unloaded.js";
import { createViewport } from "./viewport.js";
import { createWaitingItems } from "./waiting-items.js";
import { createWindow } from "./window.js";

/** @typedef {ReturnType<typeof createTimeline>} Timeline */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root the conversation's element as the server rendered it
 * @param {Reader} parts.me
 * @param {import("./paging.js").Load} parts.load → a page, oldest first
 * @param {(id: number) => Promise<Message>} parts.fetchMessage
 * @param {() => void} parts.viewChanged is called when other messages may be in view
 * @param {import("./announcements.js").Announcements} parts.announcements
 */
export function createTimeline({ root, me, load, fetchMessage, viewChanged, announcements }) {
  const log = one(root, ".log");
  const lines = one(log, ".lines");
  const unloaded = createUnloaded({ fetchMessage, upsert });
  const paging = createPaging({
    log,
    lines,
    load,
    older,
    newer,
    ended: () => unloaded.ended((id) => messageById(lines, id) !== null),
  });
  const { cutAbove, cutBelow } = createWindow({ log, lines });
  const viewport = createViewport({ log, lines, reachesEnd: () => paging.reachesEnd });
  const { place, settleAll, settleFirst, markNewAfter } = createPlacing({
    lines,
    me,
    kind: root.dataset.kind === "group" ? "group" : "room",
    newAfter: Number(root.dataset.newAfter ?? Infinity),
    hasOlder: () => paging.hasOlder,
  });
  const waitingItems = createWaitingItems({ lines, me, place, keepPlace: viewport.keepPlace });
  const jumping = createJumping({
    log,
    lines,
    paging,
    viewport,
    load,
    replaceAll,
    markNewAfter,
    viewChanged,
  });

  /**
   * A message of the log, new or changed.
   *
   * @param {Message} message
   */
  function upsert(message) {
    viewport.keepPlace((anchor) => {
      const known =
        messageById(lines, message.id) ||
        (message.client_id ? messageByClientId(lines, message.client_id) : null);
      if (!known?.dataset.seq && !belongsHere(message.seq)) leaveOut(message, known);
      else if (known) update(known, message);
      else add(message);
      bound(anchor);
    });
    viewChanged();
  }

  /** @param {HTMLElement | undefined} anchor */
  function bound(anchor) {
    boundAbove(anchor);
    boundBelow(anchor);
  }

  /** @param {HTMLElement | undefined} anchor */
  function boundAbove(anchor) {
    if (!cutAbove(anchor)) return;
    paging.markOlder();
    settleFirst();
  }

  /** @param {HTMLElement | undefined} anchor */
  function boundBelow(anchor) {
    unloaded.knows(lastSeqOf(lines));
    if (cutBelow(anchor)) paging.markLater();
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
    unloaded.add(message, paging.isLoading());
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
    viewport.keepPlace((anchor) => {
      place(drawNote(note));
      bound(anchor);
    });
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
    unloaded.place(placeLeftOut);
    log.scrollTop = 0;
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

  /** @param {DrawablePage} page */
  function older(page) {
    announcements.skip();
    viewport.keepPlace((anchor) => {
      for (const element of drawNew(page).reverse()) place(element);
      if (page.is_whole) paging.endOlder(drawBeginning());
      unloaded.place(placeLeftOut);
      boundBelow(anchor);
    });
    viewChanged();
  }

  /** @param {DrawablePage} page */
  function newer(page) {
    announcements.skip();
    viewport.keepPlace((anchor) => {
      for (const element of drawNew(page)) place(element);
      if (endsWith(page)) paging.endLater();
      unloaded.place(placeLeftOut);
      boundAbove(anchor);
    });
    viewChanged();
  }

  /**
   * Whether no known message comes after this page.
   *
   * @param {DrawablePage} page
   */
  function endsWith({ messages, reaches_end: reachesEnd }) {
    return reachesEnd && unloaded.newestSeq <= (messages.at(-1)?.seq ?? lastSeqOf(lines));
  }

  /**
   * @param {Message} message
   * @returns {boolean} whether it is on the page now
   */
  function placeLeftOut(message) {
    const known = messageById(lines, message.id);
    if (known) update(known, message);
    else if (belongsHere(message.seq)) add(message);
    else return false;
    return true;
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
  if (!location.hash && !root.dataset.at) jumping.showNewLine();

  return {
    upsert,
    addNote,
    ...waitingItems,
    /**
     * A part of a message changed, which may be on its way to the page.
     *
     * @param {number} id
     */
    changed(id) {
      if (paging.isLoading() && !messageById(lines, id)) unloaded.changed(id);
    },
    replaceAll,
    ...jumping,
    showNewAfter,
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
