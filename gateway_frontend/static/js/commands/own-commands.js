/** Parley's own commands: each does what a menu, a dialog or a form does as well. */

import { call } from "../core/api.js";
import { confirm } from "../core/confirm.js";
import { find } from "../core/dom.js";
import { _ } from "../core/language.js";
import { moment } from "../core/times.js";
import { hasEmojiNames, withEmoji } from "../emoji/emoji-names.js";

/**
 * @typedef {object} OwnCommand
 * @property {string} name
 * @property {string} usage
 * @property {string} description
 * @property {null} [emoji]
 * @property {boolean} [isHere] it concerns the conversation, which has to exist
 * @property {(argument: string, place: Place) => Promise<string | null>} [run]
 *   returns what is shown to the person, or null; `/poll` is asked by `sending.js`
 *
 * @typedef {object} Place
 * @property {number} id of the conversation
 * @property {(text: string) => Promise<void>} sendText
 */

/** @type {OwnCommand[]} */
export const OWN_COMMANDS = [
  {
    name: "dnd",
    usage: "2h",
    description: _("Do not disturb for a while; /dnd off ends it."),
    run: doNotDisturb,
  },
  { name: "invite", usage: "@bob", description: _("Add people here."), isHere: true, run: invite },
  {
    name: "leave",
    usage: "",
    description: _("Leave this conversation."),
    isHere: true,
    run: leave,
  },
  { name: "me", usage: _("waves"), description: _("Say what you do."), run: sayWhatIDo },
  {
    name: "mute",
    usage: "8h",
    description: _("Mute this conversation for a while; /unmute ends it."),
    isHere: true,
    run: mute,
  },
  { name: "poll", usage: '"Where?" "Here" "There"', description: _("Ask the others.") },
  { name: "shrug", usage: "", description: "¯\\_(ツ)_/¯", run: shrug },
  {
    name: "status",
    usage: _("🌴 on holiday"),
    description: _("Set your status; /status alone removes it."),
    run: setStatus,
  },
  {
    name: "topic",
    usage: _("what it is about"),
    description: _("Set the topic of this room."),
    isHere: true,
    run: setTopic,
  },
  {
    name: "unmute",
    usage: "",
    description: _("End the mute of this conversation."),
    isHere: true,
    run: unmute,
  },
];

const MINUTES = /** @type {Record<string, number>} */ ({ m: 1, h: 60, d: 24 * 60 });
const LONGEST = 365 * 24 * 60;
const EMOJI = /^[^\s\p{L}]*\p{Extended_Pictographic}[^\s\p{L}]*(?=\s|$)/u;

/** @param {string} argument */
async function doNotDisturb(argument) {
  const end = argument === "off" ? null : endOf(argument || "1h");
  await call("PATCH", "/api/users/me", { dnd_until: end });
  return end
    ? _("Do not disturb until %(time)s.", { time: moment(new Date(end)) })
    : _("You are notified again.");
}

/**
 * @param {string} argument
 * @param {Place} place
 */
async function invite(argument, { id }) {
  const nicknames = argument.split(/[\s,]+/).map((word) => word.replace(/^@/, ""));
  if (!nicknames[0]) throw new Error(_("Write it like this: %(usage)s", { usage: "/invite @bob" }));
  const names = [];
  for (const nickname of nicknames.filter(Boolean)) {
    const person = await personNamed(nickname);
    await call("PUT", `/api/conversations/${id}/members/${person.id}`);
    names.push(person.name);
  }
  return _("Added: %(names)s", { names: names.join(", ") });
}

/** @param {string} nickname */
async function personNamed(nickname) {
  /** @type {Person[]} */
  const people = await call("GET", `/api/users?q=${encodeURIComponent(nickname)}&limit=50`);
  const found = people.find((each) => each.nickname.toLowerCase() === nickname.toLowerCase());
  if (!found) throw Error(_("Nobody here has the nickname %(nickname)s.", { nickname }));
  return found;
}

/**
 * @param {string} _argument
 * @param {Place} place
 */
async function leave(_argument, { id }) {
  const { visibility } = await call("GET", `/api/conversations/${id}`);
  const detail = _("Only a member can bring you back.");
  if (
    visibility !== "public" &&
    !(await confirm(_("Leave this conversation?"), detail, _("Leave")))
  )
    return null;
  const me = find(document, "meta[name=user-id]", HTMLMetaElement)?.content;
  await call("DELETE", `/api/conversations/${id}/members/${me}`);
  location.assign("/app");
  return null;
}

/**
 * @param {string} argument
 * @param {Place} place
 */
async function sayWhatIDo(argument, { sendText }) {
  if (!argument) throw new Error(_("Write it like this: %(usage)s", { usage: "/me …" }));
  await sendText(`*${argument.replaceAll("*", "\\*")}*`);
  return null;
}

/**
 * @param {string} argument
 * @param {Place} place
 */
async function mute(argument, { id }) {
  const end = endOf(argument || "8h");
  await call("PATCH", `/api/conversations/${id}/me`, { muted_until: end });
  return _("Muted until %(time)s.", { time: moment(new Date(end)) });
}

/**
 * @param {string} _argument
 * @param {Place} place
 */
async function unmute(_argument, { id }) {
  await call("PATCH", `/api/conversations/${id}/me`, { muted_until: null });
  return _("Not muted any more.");
}

/**
 * @param {string} argument
 * @param {Place} place
 */
async function shrug(argument, { sendText }) {
  await sendText(`${argument} ¯\\\\\\_(ツ)\\_/¯`.trim());
  return null;
}

/** @param {string} argument */
async function setStatus(argument) {
  const typed = hasEmojiNames(argument) ? await withEmoji(argument) : argument;
  const emoji = EMOJI.exec(typed)?.[0] ?? null;
  const text = typed.replace(EMOJI, "").trim();
  await call("PATCH", "/api/users/me", { status: typed ? { emoji, text, until: null } : null });
  return typed ? _("Status saved.") : _("Status removed.");
}

/**
 * @param {string} argument
 * @param {Place} place
 */
async function setTopic(argument, { id }) {
  const path = `/api/conversations/${id}`;
  const { topic } = argument
    ? await call("PATCH", path, { topic: argument })
    : await call("GET", path);
  return topic ? _("Topic: %(topic)s", { topic }) : _("This conversation has no topic.");
}

/**
 * The moment that `30m`, `2h` or `1d` from now is.
 *
 * @param {string} typed
 */
function endOf(typed) {
  const [, count, unit] = /^(\d{1,5})\s*([mhd])/i.exec(typed) ?? [];
  const minutes = Number(count) * (MINUTES[unit?.toLowerCase()] ?? 0);
  if (!minutes || minutes > LONGEST)
    throw new Error(_("Write how long, for example 30m, 2h or 1d."));
  return new Date(Date.now() + minutes * 60_000).toISOString();
}
