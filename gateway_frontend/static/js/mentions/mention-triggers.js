/** Completion of `@nickname` and `#room` while somebody writes. */

import { _ } from "../core/language.js";

/** @typedef {import("../conversation/completion.js").Trigger} Trigger */

/**
 * @typedef {object} Writer
 * @property {number | null} conversationId
 * @property {Person} me
 * @property {(root: ParentNode) => void} shown is called with new avatars
 */

/**
 * @param {Writer} writer
 * @returns {Trigger[]}
 */
export function mentionTriggers(writer) {
  return [
    {
      character: "@",
      label: _("People"),
      query: /^[\p{L}\p{M}\p{N}._-]{0,32}$/u,
      candidates: async (query) => (await candidates())?.findPeople(query, writer) ?? [],
    },
    {
      character: "#",
      label: _("Rooms"),
      query: /^([^\s#@][^#@\n]{0,39})?$/u,
      candidates: async (query) => (await candidates())?.findRooms(query) ?? [],
    },
  ];
}

/** Without the network there are no suggestions; the text stays as it was typed. */
function candidates() {
  return import("./mention-candidates.js").catch(() => null);
}
