/** Messages that begin with a slash: `/poll` is a command, `//` sends a slash, other words are typing mistakes. */

import { _ } from "../core/language.js";

const COMMAND = /^\/(\p{L}[\p{L}\p{N}_-]*)(?=\s|$)/u;
const KNOWN = new Set(["poll"]);

/**
 * A hint about an unknown command, or "".
 *
 * @param {string} text
 */
export function hintFor(text) {
  const name = COMMAND.exec(text.trim())?.[1];
  return name && !KNOWN.has(name)
    ? _("There is no command /%(name)s. To send it as text, write //%(name)s.", { name })
    : "";
}

/**
 * The text that is sent: `//` at the beginning stands for one slash.
 *
 * @param {string} text
 */
export function withoutEscape(text) {
  return /^\s*\/\//.test(text) ? text.replace("/", "") : text;
}
