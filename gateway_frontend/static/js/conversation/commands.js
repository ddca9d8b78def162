/** Messages that begin with a slash: `/poll` and `/deploy` are commands, `//` sends a slash. */

import { _ } from "../core/language.js";

const COMMAND = /^\/\p{L}[\p{L}\p{N}_-]*(?=\s|$)/u;

/** @param {string} text */
export function isCommand(text) {
  return COMMAND.test(text.trim());
}

/**
 * The text that is sent: `//` at the beginning stands for one slash.
 *
 * @param {string} text
 */
export function withoutEscape(text) {
  return /^\s*\/\//.test(text) ? text.replace("/", "") : text;
}

/** @returns {import("./completion.js").Trigger} */
export function commandTrigger() {
  return {
    character: "/",
    label: _("Commands"),
    isFirst: true,
    async candidates(query) {
      return (await import("../commands/candidates.js")).commandCandidates(query);
    },
  };
}
