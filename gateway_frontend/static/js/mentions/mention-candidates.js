/** The people and rooms that are suggested while somebody writes `@` or `#`. */

import { call } from "../core/api.js";
import { _ } from "../core/language.js";
import { showFace, toneOf } from "../shell/titles.js";

const MOST = 8;
const EVERYONE = [
  { insert: "@room", title: "@room", detail: _("All members"), sign: "@" },
  { insert: "@here", title: "@here", detail: _("Members who are here now"), sign: "@" },
];

/** @typedef {import("../conversation/completion.js").Candidate} Candidate */
/** @typedef {Person & {avatar_url?: string | null, active?: boolean}} ListedPerson */

/**
 * Members of the conversation first, then other people.
 *
 * @param {string} query
 * @param {import("./mention-triggers.js").Writer} writer
 */
export async function findPeople(query, { conversationId, me, shown }) {
  const q = `q=${encodeURIComponent(query)}&limit=${MOST + 1}`;
  const [members, others] = await Promise.all([
    conversationId ? list(`/api/conversations/${conversationId}/members?${q}`) : [],
    list(`/api/users?${q}`),
  ]);
  const found = rankPeople(members, others, query).filter(({ id }) => id !== me.id);
  const people = found.slice(0, MOST).map(personCandidate);
  shown(fragmentOf(people));
  return withEveryone(people, query);
}

/**
 * Public rooms: the names of others become no links.
 *
 * @param {string} query
 * @returns {Promise<Candidate[]>}
 */
export async function findRooms(query) {
  const q = `q=${encodeURIComponent(query)}&limit=${MOST}`;
  const rooms = await list(`/api/conversations?browse=1&${q}`);
  return beginningsFirst(rooms, query, ({ name }) => [name]).map(({ name, topic }) => ({
    insert: `#${name}`,
    title: name,
    detail: topic,
    sign: "#",
  }));
}

/**
 * Each person once: the one whose nickname is the query first, members before others, and names that begin with the
 * query before those that contain it.
 *
 * @param {ListedPerson[]} members
 * @param {ListedPerson[]} others
 * @param {string} query
 */
export function rankPeople(members, others, query) {
  /** @param {ListedPerson} person */
  const namesOf = ({ name, nickname }) => [nickname, ...name.split(" ")];
  const ranked = [members, others].flatMap((list) => beginningsFirst(list, query, namesOf));
  /** @type {Map<number, ListedPerson>} */
  const byId = new Map();
  for (const person of ranked) if (!byId.has(person.id)) byId.set(person.id, person);
  const people = Array.from(byId.values()).filter(({ active = true }) => active);
  /** @param {Person} person */
  const isExact = ({ nickname }) => nickname.toLowerCase() === query.toLowerCase();
  return [...people.filter(isExact), ...people.filter((person) => !isExact(person))];
}

/**
 * @param {Candidate[]} people
 * @param {string} query
 */
function withEveryone(people, query) {
  const wanted = EVERYONE.filter(({ insert }) => insert.startsWith(`@${query.toLowerCase()}`));
  if (query) return [...wanted, ...people].slice(0, MOST);
  return [...people.slice(0, MOST - wanted.length), ...wanted];
}

/**
 * @template Entry
 * @param {Entry[]} entries
 * @param {string} query
 * @param {(entry: Entry) => string[]} namesOf
 */
function beginningsFirst(entries, query, namesOf) {
  const wanted = query.toLowerCase();
  /** @param {Entry} entry */
  const begins = (entry) => namesOf(entry).some((name) => name.toLowerCase().startsWith(wanted));
  return [...entries.filter(begins), ...entries.filter((entry) => !begins(entry))];
}

/**
 * @param {ListedPerson} person
 * @returns {Candidate}
 */
function personCandidate({ id, name, nickname, avatar_url: url }) {
  const avatar = document.createElement("span");
  avatar.className = `avatar ${toneOf(id)}`;
  Object.assign(avatar.dataset, { user: id, presence: "unknown" });
  showFace(avatar, name, url);
  return { insert: `@${nickname}`, title: name, detail: `@${nickname}`, sign: avatar };
}

/** @param {Candidate[]} people */
function fragmentOf(people) {
  const fragment = document.createDocumentFragment();
  for (const { sign } of people) if (sign instanceof Node) fragment.append(sign);
  return fragment;
}

/**
 * Without the network there are no suggestions; the text stays as it was typed.
 *
 * @param {string} path
 * @returns {Promise<any[]>}
 */
function list(path) {
  return call("GET", path).catch(() => []);
}
