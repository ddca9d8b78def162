/** Which emoji somebody used last, and their skin tone, kept in this browser. */

const RECENT_KEY = "parley-recent-emoji";
const TONE_KEY = "parley-skin-tone";
const MOST = 24;
const USUAL = ["👍", "❤️", "😂", "🎉", "😮", "😢", "🙏", "👀", "✅", "🚀"];

/** → the last one first, then the usual ones: those that are offered before others */
export function likelyEmoji() {
  const used = usedEmoji();
  return [...used, ...USUAL.filter((emoji) => !used.includes(emoji))].slice(0, MOST);
}

/** @param {string} emoji */
export function rememberEmoji(emoji) {
  const used = [emoji, ...usedEmoji().filter((other) => other !== emoji)].slice(0, MOST);
  localStorage.setItem(RECENT_KEY, JSON.stringify(used));
}

/** → 0 for none, else 1 (light) to 5 (dark) */
export function skinTone() {
  const tone = Number(localStorage.getItem(TONE_KEY));
  return Number.isInteger(tone) && tone >= 0 && tone <= 5 ? tone : 0;
}

/** @param {number} tone */
export function rememberTone(tone) {
  localStorage.setItem(TONE_KEY, String(tone));
}

/**
 * An emoji as this person uses it.
 *
 * @param {import("./emoji-data.js").Emoji} emoji
 */
export function inMyTone({ text, tones }, tone = skinTone()) {
  return tones[tone - 1] ?? text;
}

/**
 * The last one first.
 *
 * @returns {string[]}
 */
export function usedEmoji() {
  const kept = (localStorage.getItem(RECENT_KEY) ?? "").match(/"[^"]{1,32}"/g) ?? [];
  return kept.map((quoted) => quoted.slice(1, -1));
}
