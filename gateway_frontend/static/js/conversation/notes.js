/** Notes: lines between messages about joining, leaving, pins and changes of the room; `drawing/notes.py` says the same. */

import { draw, fill, one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";
import { clock, exactTime } from "../core/times.js";
import { isNote } from "./entries.js";

/** @typedef {{sort: string, by: string, byId?: string | number | null, who: string, about: string}} NoteFacts */

const MOST_NAMES = 4;
const UPDATED = "conversation.updated";
const PINNED = "message.pinned";
const TYPES = ["member.joined", "member.left", UPDATED, PINNED];

/**
 * Whether events of this type are shown as notes.
 *
 * @param {string} type
 */
export function isNoted(type) {
  return TYPES.includes(type);
}

/**
 * The note of such an event; the name of the person who did it is added later.
 *
 * @param {LogEvent} event
 * @returns {Note}
 */
export function noteOf({ seq, date, type, data }) {
  const { user, conversation, by_id: byId } = data;
  return {
    seq,
    date,
    byId,
    sort: sortOf(type, data),
    by: "",
    who: user?.name ?? "",
    about: conversation ? about(conversation) : "",
  };
}

/**
 * One sentence for a run of notes of the same kind.
 *
 * @param {NoteFacts[]} run
 * @param {"room" | "group"} place
 */
export function noteWords(run, place) {
  const { sort, by, about: what } = run[run.length - 1];
  const who = listed(run.map((note) => note.who));
  const count = run.length;
  if (sort === "entered" || sort === "left")
    return place === "group" ? groupWords(sort, who, count) : roomWords(sort, who, count);
  /** @type {Record<string, string>} */
  const sentences = {
    added: _("%(by)s added %(who)s.", { by, who }),
    removed: _("%(by)s removed %(who)s.", { by, who }),
    pinned: ngettext("%(by)s pinned a message.", "%(by)s pinned %(num)s messages.", count, { by }),
    archived: _("%(by)s archived the room.", { by }),
    updated: updatedWords(place, by, what),
  };
  return sentences[sort];
}

/**
 * @param {"entered" | "left"} sort
 * @param {string} who
 * @param {number} count
 */
function roomWords(sort, who, count) {
  return sort === "entered"
    ? ngettext("%(who)s has entered the room.", "%(who)s have entered the room.", count, { who })
    : ngettext("%(who)s has left the room.", "%(who)s have left the room.", count, { who });
}

/**
 * @param {"entered" | "left"} sort
 * @param {string} who
 * @param {number} count
 */
function groupWords(sort, who, count) {
  return sort === "entered"
    ? ngettext("%(who)s has entered the group.", "%(who)s have entered the group.", count, { who })
    : ngettext("%(who)s has left the group.", "%(who)s have left the group.", count, { who });
}

/**
 * @param {"room" | "group"} place
 * @param {string} by
 * @param {string} what
 */
function updatedWords(place, by, what) {
  const values = { by, about: what };
  if (place === "group")
    return what
      ? _("%(by)s updated the group: %(about)s", values)
      : _("%(by)s updated the group", values);
  return what
    ? _("%(by)s updated the room: %(about)s", values)
    : _("%(by)s updated the room", values);
}

/**
 * Whether both are shown as one sentence, if nothing is between them.
 *
 * @param {Pick<NoteFacts, "sort" | "byId">} one
 * @param {Pick<NoteFacts, "sort" | "byId">} other
 */
export function isSameRun(one, other) {
  const isBySomebody = one.sort !== "entered" && one.sort !== "left";
  return one.sort === other.sort && !(isBySomebody && String(one.byId) !== String(other.byId));
}

/**
 * → a new element, still without words: see `wordRun`.
 *
 * @param {Note} note
 */
export function drawNote(note) {
  const date = new Date(note.date);
  return draw("note-template", {
    ":scope": { dataset: { ...note, byId: note.byId ?? "" } },
    time: { dateTime: note.date, textContent: clock(date), title: exactTime(date) },
  });
}

/**
 * The last note of a run says the sentence for all of it, the others are hidden.
 *
 * @param {HTMLElement} element one of the run
 * @param {"room" | "group"} place
 */
export function wordRun(element, place) {
  const run = runOf(element);
  for (const other of run.slice(0, -1)) other.hidden = true;
  const last = run[run.length - 1];
  const words = noteWords(run.map(factsOf), place);
  last.hidden = false;
  if (one(last, ".words").textContent !== words) fill(last, { ".words": words });
}

/**
 * The notes beside each other that are shown as one; a line between two days ends a run.
 *
 * @param {HTMLElement} element
 */
function runOf(element) {
  const run = [element];
  for (
    let other = element.previousElementSibling;
    continues(other, run[0]);
    other = other.previousElementSibling
  )
    run.unshift(other);
  for (
    let other = element.nextElementSibling;
    continues(other, run[run.length - 1]);
    other = other.nextElementSibling
  )
    run.push(other);
  return run;
}

/**
 * @param {Element | null} other
 * @param {HTMLElement} element
 * @returns {other is HTMLElement}
 */
function continues(other, element) {
  return (
    other instanceof HTMLElement && isNote(other) && isSameRun(factsOf(other), factsOf(element))
  );
}

/**
 * @param {HTMLElement} element
 * @returns {NoteFacts}
 */
function factsOf({ dataset: { sort = "", by = "", byId, who = "", about = "" } }) {
  return { sort, by, byId, who, about };
}

/**
 * @param {string} type
 * @param {any} data
 */
function sortOf(type, { conversation, user_id: userId, by_id: byId }) {
  if (type === UPDATED) return conversation.archived ? "archived" : "updated"; // an archived room can only be opened again
  if (type === PINNED) return "pinned";
  const isOwnDoing = byId == null || byId === userId;
  if (type === "member.joined") return isOwnDoing ? "entered" : "added";
  return isOwnDoing ? "left" : "removed";
}

/** @param {Pick<ConversationSummary, "kind" | "name" | "topic">} conversation */
function about({ kind, name, topic }) {
  const shown = name && kind === "room" ? `# ${name}` : name;
  return [shown, topic].filter(Boolean).join(" · ");
}

/** @param {string[]} names */
function listed(names) {
  const shown =
    names.length > MOST_NAMES
      ? [...names.slice(0, MOST_NAMES - 1), othersWords(names.length - MOST_NAMES + 1)]
      : names;
  if (shown.length < 2) return shown[0];
  return _("%(names)s and %(last)s", {
    names: shown.slice(0, -1).join(", "),
    last: shown.at(-1),
  });
}

/** @param {number} count */
function othersWords(count) {
  return ngettext("%(num)s other", "%(num)s others", count);
}
