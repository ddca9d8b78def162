/** Markdown around a selection: what to put in the place of which characters, and what is selected then. */

/** @typedef {{start: number, end: number, insert: string, select: [number, number]}} Edit `select`: from the beginning of the box */
/** @typedef {"bold" | "italic" | "strike" | "code" | "link" | "list" | "quote"} Format */

const MARKS = { bold: "**", italic: "_", strike: "~~" };
const PREFIXES = { list: "- ", quote: "> " };
const ADDRESS = "https://";

/**
 * @param {Format} format
 * @param {string} text of the box
 * @param {number} start of the selection
 * @param {number} end
 * @returns {Edit}
 */
export function formatEdit(format, text, start, end) {
  if (format === "list" || format === "quote")
    return prefixLines(text, start, end, PREFIXES[format]);
  const [from, to] = withoutSpaces(text, start, end);
  if (format === "link") return link(text, from, to);
  if (format !== "code") return mark(text, from, to, MARKS[format]);
  return text.slice(from, to).includes("\n") ? fence(text, from, to) : mark(text, from, to, "`");
}

/**
 * The marks, or none if they were there.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} sign
 * @returns {Edit}
 */
function mark(text, start, end, sign) {
  const { length } = sign;
  const selected = text.slice(start, end);
  const isAround = text.slice(start - length, start) === sign && text.startsWith(sign, end);
  if (isAround && start >= length)
    return {
      start: start - length,
      end: end + length,
      insert: selected,
      select: [start - length, end - length],
    };
  const insert = sign + selected + sign;
  return { start, end, insert, select: [start + length, end + length] };
}

/**
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Edit}
 */
function fence(text, start, end) {
  const before = start === 0 || text[start - 1] === "\n" ? "" : "\n";
  const after = end === text.length || text[end] === "\n" ? "" : "\n";
  const insert = `${before}\`\`\`\n${text.slice(start, end)}\n\`\`\`${after}`;
  const from = start + before.length + 4;
  return { start, end, insert, select: [from, from + end - start] };
}

/**
 * The address is selected, to be typed or pasted; or the words, if the address was selected.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {Edit}
 */
function link(text, start, end) {
  const selected = text.slice(start, end);
  const isAddress = /^https?:\/\/\S+$/.test(selected);
  const words = isAddress ? "" : selected;
  const address = isAddress ? selected : ADDRESS;
  const insert = `[${words}](${address})`;
  const from = words ? start + words.length + 3 : start + 1;
  return { start, end, insert, select: [from, words ? from + address.length : from] };
}

/**
 * The prefix before each line that is touched, or none if all had it.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @param {string} prefix
 * @returns {Edit}
 */
function prefixLines(text, start, end, prefix) {
  const from = text.lastIndexOf("\n", start - 1) + 1;
  const next = text.indexOf("\n", end);
  const to = next < 0 ? text.length : next;
  const lines = text.slice(from, to).split("\n");
  const hasAll = lines.every((line) => line.startsWith(prefix));
  const insert = lines
    .map((line) => (hasAll ? line.slice(prefix.length) : prefix + line))
    .join("\n");
  const last = from + insert.length;
  return { start: from, end: to, insert, select: [start === end ? last : from, last] };
}

/**
 * Marks stand right beside words, or they are shown as they are.
 *
 * @param {string} text
 * @param {number} start
 * @param {number} end
 * @returns {[number, number]}
 */
function withoutSpaces(text, start, end) {
  const selected = text.slice(start, end);
  if (!selected.trim()) return [start, end];
  return [
    start + selected.length - selected.trimStart().length,
    end - selected.length + selected.trimEnd().length,
  ];
}
