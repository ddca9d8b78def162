/** Quiet lines between messages: who came, who went, what became of the room; `drawing/notes.py` says the same. */

import { clock, exactly } from "../core/times.js";
import { isNote } from "./entries.js";

const MOST_NAMES = 4;
const UPDATED = "conversation.updated";

/** Whether an event of this type is noted. */
export function isNoted(type) {
  return type === "member.joined" || type === "member.left" || type === UPDATED;
}

/** What such an event tells; the name of who did it is still to be given. */
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

/** A run of notes that say the same, in one sentence; `place` is `room` or `group`. */
export function noteWords(run, place) {
  const { sort, by, about: what } = run.at(-1);
  const who = listed(run.map((note) => note.who));
  const has = run.length === 1 ? "has" : "have";
  return {
    entered: `${who} ${has} entered the ${place}.`,
    left: `${who} ${has} left the ${place}.`,
    added: `${by} added ${who}.`,
    removed: `${by} removed ${who}.`,
    archived: `${by} archived the ${place}.`,
    updated: `${by} updated the ${place}${what ? `: ${what}` : ""}`,
  }[sort];
}

/** Whether both stand in one sentence, if nothing is between them. */
export function isSameRun(one, other) {
  const isBySomebody = one.sort !== "entered" && one.sort !== "left";
  return one.sort === other.sort && !(isBySomebody && String(one.byId) !== String(other.byId));
}

/** → a new element; what it says is for `speak`. */
export function drawNote(note) {
  const element = document
    .getElementById("note-template")
    .content.firstElementChild.cloneNode(true);
  Object.assign(element.dataset, { ...note, byId: note.byId ?? "" });
  const date = new Date(note.date);
  Object.assign(element.querySelector("time"), {
    dateTime: note.date,
    textContent: clock(date),
    title: exactly(date),
  });
  return element;
}

/** The last of a run of notes speaks for all of it, the others are silent. */
export function speak(element, place) {
  const run = [element];
  for (
    let other = element.previousElementSibling;
    continues(other, run[0]);
    other = other.previousElementSibling
  )
    run.unshift(other);
  for (
    let other = element.nextElementSibling;
    continues(run.at(-1), other);
    other = other.nextElementSibling
  )
    run.push(other);
  for (const silent of run.slice(0, -1)) silent.hidden = true;
  const last = run.at(-1);
  const words = noteWords(
    run.map(({ dataset }) => dataset),
    place,
  );
  last.hidden = false;
  if (last.querySelector(".words").textContent !== words)
    last.querySelector(".words").textContent = words;
}

/** Days part runs, too: then a line stands between. */
function continues(earlier, later) {
  return (
    Boolean(earlier && later) &&
    isNote(earlier) &&
    isNote(later) &&
    isSameRun(earlier.dataset, later.dataset)
  );
}

function sortOf(type, { conversation, user_id: userId, by_id: byId }) {
  if (type === UPDATED) return conversation.archived ? "archived" : "updated"; // an archived room can only be opened again
  const isOwnDoing = byId == null || byId === userId;
  if (type === "member.joined") return isOwnDoing ? "entered" : "added";
  return isOwnDoing ? "left" : "removed";
}

function about({ kind, name, topic }) {
  const shown = name && kind === "room" ? `# ${name}` : name;
  return [shown, topic].filter(Boolean).join(" · ");
}

function listed(names) {
  const shown =
    names.length > MOST_NAMES
      ? [...names.slice(0, MOST_NAMES - 1), `${names.length - MOST_NAMES + 1} others`]
      : names;
  return shown.length > 1 ? `${shown.slice(0, -1).join(", ")} and ${shown.at(-1)}` : shown[0];
}
