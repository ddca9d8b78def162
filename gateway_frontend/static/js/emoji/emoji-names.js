/** Names such as `:tada:` in a text that is sent become emoji, also when they were pasted. */

import { endsInCode } from "../core/text-box.js";
import { loadEmoji } from "./emoji-data.js";
import { inMyTone } from "./emoji-habits.js";
import { emojiNamed } from "./emoji-search.js";

const NAME = /(?<![\p{L}\p{N}:/]):([a-z0-9_+-]{1,40}):(?![\p{L}\p{N}:/])/giu;
const PATIENCE = 2000; // ms; then the text is sent as it was typed

/** @param {string} text */
export function hasEmojiNames(text) {
  return text.search(NAME) >= 0;
}

/** @param {string} text */
export async function withEmoji(text) {
  /** @type {Promise<import("./emoji-data.js").Emoji[]>} */
  const tooLate = new Promise((resolve) => {
    setTimeout(() => resolve([]), PATIENCE);
  });
  const emoji = await Promise.race([loadEmoji().catch(() => []), tooLate]);
  return text.replace(NAME, (typed, name, at) => {
    const found = endsInCode(text.slice(0, at)) ? undefined : emojiNamed(emoji, name);
    return found ? inMyTone(found) : typed;
  });
}
