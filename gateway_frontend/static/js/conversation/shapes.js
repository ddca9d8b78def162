/** How a message's text is shown: a few emoji large, a very long text folded. `drawing/text_shapes.py` says the same on the server. */

import { fill } from "../core/dom.js";

const LONG_TEXT = 3000;
const LONG_LINES = 30;
const ONE_EMOJI =
  "(?:\\p{Extended_Pictographic}|\\p{Regional_Indicator}{2})(?:\\ufe0f|\\p{Emoji_Modifier})*";
const FEW_EMOJI = new RegExp(`^(?:${ONE_EMOJI}(?:\\u200d${ONE_EMOJI})*\\s*){1,3}$`, "u");

/** @param {string} text */
export function isFewEmoji(text) {
  return Array.from(text).length <= 30 && FEW_EMOJI.test(text);
}

/** @param {string} text */
export function isLong(text) {
  return Array.from(text).length > LONG_TEXT || text.split("\n").length > LONG_LINES;
}

/**
 * Give a message's element the classes of its text.
 *
 * @param {HTMLElement} element
 * @param {Message} message
 */
export function shapeMessage(element, { content, deleted_at: deletedAt }) {
  const text = deletedAt ? "" : content || "";
  element.classList.toggle("few-emoji", isFewEmoji(text));
  element.classList.toggle("long", isLong(text));
  fill(element, { ".fold": { hidden: !isLong(text) } });
}
