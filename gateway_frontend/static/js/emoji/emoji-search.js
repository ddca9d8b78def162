/** Emoji by what somebody types: names first, then the words of their labels. */

/** @typedef {import("./emoji-data.js").Emoji} Emoji */

const NO_MATCH = 4;

/**
 * Those that match, the best first; among equals those that were used recently.
 *
 * @param {Emoji[]} emoji
 * @param {string} typed
 * @param {string[]} [recent] the last one first
 */
export function searchEmoji(emoji, typed, recent = []) {
  const query = typed.trim().toLowerCase();
  const name = query.replaceAll(" ", "_");
  return emoji
    .map((one) => ({ one, rank: rankOf(one, name, query), use: useOf(one, recent) }))
    .filter(({ rank }) => rank < NO_MATCH)
    .sort((first, second) => first.rank - second.rank || first.use - second.use)
    .map(({ one }) => one);
}

/**
 * The emoji of a name such as `tada`, or undefined.
 *
 * @param {Emoji[]} emoji
 * @param {string} name
 */
export function emojiNamed(emoji, name) {
  const wanted = name.toLowerCase();
  return emoji.find(({ names }) => names.includes(wanted));
}

/**
 * @param {Emoji} emoji
 * @param {string} name the query as a name
 * @param {string} query
 */
function rankOf({ names, words, text, tones }, name, query) {
  if (names.includes(name) || text === query || tones.includes(query)) return 0;
  if (names.some((known) => known.startsWith(name))) return 1;
  if (names.some((known) => known.includes(`_${name}`))) return 2;
  const parts = query.split(/[\s_]+/);
  return parts.every((part) => words.some((word) => word.startsWith(part))) ? 3 : NO_MATCH;
}

/**
 * @param {Emoji} emoji
 * @param {string[]} recent
 */
function useOf({ text, tones }, recent) {
  const at = recent.findIndex((used) => used === text || tones.includes(used));
  return at < 0 ? Infinity : at;
}
