/** The difference between two texts, word by word. */

const MOST = 4_000_000; // comparisons of words; beyond it the whole text counts as changed

/** @typedef {{kind: "same" | "added" | "removed", text: string}} Part */

/**
 * The parts of which the two texts consist, in order.
 *
 * @param {string} before
 * @param {string} after
 * @returns {Part[]}
 */
export function changesBetween(before, after) {
  const [old, fresh] = [wordsOf(before), wordsOf(after)];
  const start = commonLength(old, fresh, (words, index) => words[index]);
  const [oldRest, freshRest] = [old.slice(start), fresh.slice(start)];
  const end = commonLength(oldRest, freshRest, (words, index) => words[words.length - 1 - index]);
  const middle = compare(
    oldRest.slice(0, oldRest.length - end),
    freshRest.slice(0, freshRest.length - end),
  );
  return joined([
    ...parts("same", old.slice(0, start)),
    ...middle,
    ...parts("same", old.slice(old.length - end)),
  ]);
}

/** @param {string} text → its words, its spaces, and each other character */
function wordsOf(text) {
  return text.match(/\s+|[\p{L}\p{N}\p{M}_]+|\S/gu) ?? [];
}

/**
 * @param {string[]} one
 * @param {string[]} other
 * @param {(words: string[], index: number) => string} at
 */
function commonLength(one, other, at) {
  const most = Math.min(one.length, other.length);
  let length = 0;
  while (length < most && at(one, length) === at(other, length)) length += 1;
  return length;
}

/**
 * By the longest common sequence of words.
 *
 * @param {string[]} old
 * @param {string[]} fresh
 * @returns {Part[]}
 */
function compare(old, fresh) {
  if (old.length * fresh.length > MOST) return [...parts("removed", old), ...parts("added", fresh)];
  const width = fresh.length + 1;
  const lengths = new Uint16Array((old.length + 1) * width);
  for (let i = old.length - 1; i >= 0; i -= 1)
    for (let j = fresh.length - 1; j >= 0; j -= 1)
      lengths[i * width + j] =
        old[i] === fresh[j]
          ? lengths[(i + 1) * width + j + 1] + 1
          : Math.max(lengths[(i + 1) * width + j], lengths[i * width + j + 1]);
  /** @type {Part[]} */
  const found = [];
  let [i, j] = [0, 0];
  while (i < old.length && j < fresh.length) {
    if (old[i] === fresh[j]) {
      found.push({ kind: "same", text: old[i] });
      i += 1;
      j += 1;
    } else if (lengths[(i + 1) * width + j] >= lengths[i * width + j + 1]) {
      found.push({ kind: "removed", text: old[i] });
      i += 1;
    } else {
      found.push({ kind: "added", text: fresh[j] });
      j += 1;
    }
  }
  return [...found, ...parts("removed", old.slice(i)), ...parts("added", fresh.slice(j))];
}

/**
 * @param {Part["kind"]} kind
 * @param {string[]} words
 * @returns {Part[]}
 */
function parts(kind, words) {
  return words.map((text) => ({ kind, text }));
}

/**
 * Neighbours of the same kind as one part.
 *
 * @param {Part[]} found
 */
function joined(found) {
  /** @type {Part[]} */
  const result = [];
  for (const part of found) {
    const last = result.at(-1);
    if (last?.kind === part.kind) last.text += part.text;
    else result.push({ ...part });
  }
  return result;
}
