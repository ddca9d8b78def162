/** Completion of `:tada:` while somebody writes, and the same names in a text that is sent. */

import { _ } from "../core/language.js";
import { loadEmoji } from "./emoji-data.js";
import { inMyTone, likelyEmoji, rememberEmoji } from "./emoji-habits.js";
import { emojiNamed, searchEmoji } from "./emoji-search.js";

/** @returns {import("../conversation/completion.js").Trigger} */
export function emojiTrigger() {
  return {
    character: ":",
    label: _("Emoji"),
    shortest: 2,
    async candidates(query) {
      const found = searchEmoji(await knownEmoji(), query, likelyEmoji());
      return found.map((emoji) => ({
        insert: inMyTone(emoji),
        title: `:${emoji.names.find((name) => name.startsWith(query)) ?? emoji.names[0]}:`,
        sign: inMyTone(emoji),
      }));
    },
    async whole(name) {
      const emoji = emojiNamed(await knownEmoji(), name);
      if (!emoji) return undefined;
      rememberEmoji(inMyTone(emoji));
      return inMyTone(emoji);
    },
  };
}

/** Without the network there are no suggestions; the text stays as it was typed. */
function knownEmoji() {
  return loadEmoji().catch(() => []);
}
