/** `/poll "Where?" "Here" "There"`, typed as a message; `poll_command.py` reads the same on the server. */

import { _ } from "../core/language.js";

const WORD = /["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)/g;

export const USAGE = _('Write it like this: /poll "Where?" "Here" "There"');

/** @param {string} text */
export function isPollCommand(text) {
  return /^\/poll(\s|$)/.test(text.trim());
}

/**
 * → the poll, or null when the command is not complete.
 *
 * @param {string} text
 */
export function readPollCommand(text) {
  const found = text.trim().slice("/poll".length).matchAll(WORD);
  const words = Array.from(found, ([, quoted, bare]) => (quoted ?? bare).trim()).filter(Boolean);
  return words.length >= 3 ? { question: words[0], choices: words.slice(1) } : null;
}

/**
 * The command that asks this.
 *
 * @param {NewPoll} poll
 */
export function writePollCommand({ question, choices }) {
  return ["/poll", ...[question, ...choices].map((word) => `"${word.replaceAll('"', "'")}"`)].join(
    " ",
  );
}
