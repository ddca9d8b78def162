/** Unicode's emoji with their names, from emojibase-data; loaded when they are first needed. */

const DATA = "../../vendor/emojibase-data-17.0.0-compact.json";
const NAMES = "../../vendor/emojibase-data-17.0.0-github.json";
const COMPONENTS = 2; // the group of skin tones and hair styles, which nobody sends alone
const SKIN_TONES = ["\u{1f3fb}", "\u{1f3fc}", "\u{1f3fd}", "\u{1f3fe}", "\u{1f3ff}"];

/**
 * @typedef {object} Emoji
 * @property {string} text the emoji itself
 * @property {string[]} names as in `:tada:`, the usual one first
 * @property {string} label what it shows, in words
 * @property {string[]} words for searching
 * @property {number} group of Unicode's order
 * @property {string[]} tones the same with skin tones, light to dark; empty if it has none
 */

/** @typedef {{hexcode: string, label: string, unicode: string, group?: number, order?: number, tags?: string[], skins?: {unicode: string}[]}} Entry */

/** @type {Promise<Emoji[]> | null} */
let loading = null;

/** All emoji in Unicode's order; a failed attempt is made again with the next call. */
export function loadEmoji() {
  loading ??= load();
  loading.catch(() => {
    loading = null;
  });
  return loading;
}

/** @returns {Promise<Emoji[]>} */
async function load() {
  const [entries, names] = await Promise.all([fetchJson(DATA), fetchJson(NAMES)]);
  return makeEmoji(entries, names);
}

/** @param {string} path */
async function fetchJson(path) {
  const response = await fetch(new URL(path, import.meta.url));
  if (!response.ok) throw new Error("The emoji could not be loaded.");
  return response.json();
}

/**
 * @param {Entry[]} entries
 * @param {Record<string, string | string[]>} names by hexcode
 * @returns {Emoji[]}
 */
function makeEmoji(entries, names) {
  return entries
    .filter(({ group }) => group !== undefined && group !== COMPONENTS)
    .sort((one, other) => (one.order ?? 0) - (other.order ?? 0))
    .map(({ hexcode, label, unicode, group = 0, tags = [], skins = [] }) => ({
      text: withoutSurplus(unicode),
      names: [names[hexcode] ?? label.toLowerCase().replace(/[^a-z0-9]+/g, "_")].flat(),
      label,
      words: [...label.toLowerCase().split(/[^\p{L}\p{N}]+/u), ...tags],
      group,
      tones: SKIN_TONES.flatMap((tone) => withTone(skins, tone)),
    }));
}

/**
 * The variant in which everybody has this skin tone, if there is one.
 *
 * @param {{unicode: string}[]} skins
 * @param {string} tone
 */
function withTone(skins, tone) {
  const found = skins.find(({ unicode }) =>
    (unicode.match(/\p{Emoji_Modifier}/gu) ?? []).every((modifier) => modifier === tone),
  );
  return found ? [withoutSurplus(found.unicode)] : [];
}

/**
 * Emoji that are shown as pictures anyway need no variation selector; the server removes it, too.
 *
 * @param {string} text
 */
function withoutSurplus(text) {
  return text.replace(/(\p{Emoji_Presentation})\ufe0f/gu, "$1");
}
