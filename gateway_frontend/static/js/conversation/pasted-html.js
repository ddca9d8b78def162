/** HTML from the clipboard → Markdown. Nothing of it is shown, loaded or run: only text is read. */

const MOST_DEEP = 100;
const MOST_CELLS = 400;
const IGNORED = new Set([
  "SCRIPT", "STYLE", "HEAD", "TEMPLATE", "NOSCRIPT", "SVG", "MATH", "IFRAME", "OBJECT", "BUTTON", "SELECT", "TEXTAREA",
]); // biome-ignore format: a list
const MARKS = /** @type {Record<string, string>} */ ({
  B: "**",
  STRONG: "**",
  I: "_",
  EM: "_",
  S: "~~",
  DEL: "~~",
  STRIKE: "~~",
});
const BLOCKS = new Set([
  "P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "ASIDE", "FIGURE", "DL", "DD", "DT", "BODY", "TR",
]); // biome-ignore format: a list

/** @param {string} html */
export function markdownOf(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  return contentOf(body, 0)
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
}

/**
 * @param {Node} node
 * @param {number} depth
 * @returns {string}
 */
function contentOf(node, depth) {
  if (depth > MOST_DEEP) return escapeText(node.textContent ?? "");
  return Array.from(node.childNodes, (child) => textOf(child, depth + 1)).join("");
}

/**
 * @param {Node} node
 * @param {number} depth
 */
function textOf(node, depth) {
  if (node.nodeType === Node.TEXT_NODE) return escapeText(node.textContent ?? "");
  if (!(node instanceof HTMLElement) || IGNORED.has(node.tagName)) return "";
  const tag = node.tagName;
  if (tag === "PRE") return fenced(node.textContent ?? "");
  if (tag === "CODE" || tag === "KBD" || tag === "TT") return codeOf(node.textContent ?? "");
  if (tag === "BR") return "\n";
  if (tag === "HR") return "\n\n---\n\n";
  if (tag === "IMG") return escapeText(node.getAttribute("alt") ?? "");
  if (tag === "TABLE") return tableOf(/** @type {HTMLTableElement} */ (node), depth);
  if (tag === "UL" || tag === "OL") return listOf(node, depth);
  const content = contentOf(node, depth);
  if (tag === "A") return linkOf(/** @type {HTMLAnchorElement} */ (node), content);
  if (/^H[1-6]$/.test(tag)) return `\n\n${"#".repeat(Number(tag[1]))} ${oneLine(content)}\n\n`;
  if (tag === "BLOCKQUOTE")
    return `\n\n${prefixed(content.trim().replace(/\n{3,}/g, "\n\n"), "> ", "> ")}\n\n`;
  if (BLOCKS.has(tag)) return `\n\n${content.trim()}\n\n`;
  return tag in MARKS && !isPlain(node) ? marked(content, MARKS[tag]) : content;
}

/**
 * White space collapses; characters that Markdown would take for marks are escaped.
 *
 * @param {string} text
 */
function escapeText(text) {
  return text
    .replace(/[^\S\u00a0]+|\u00a0/g, " ")
    .replace(/[\\`*[\]]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\$&")
    .replace(/~~|\|\|/g, (marks) => `\\${marks[0]}\\${marks[1]}`);
}

/** @param {string} code */
function fenced(code) {
  const longest = Math.max(2, ...(code.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `\n\n${fence}\n${code.replace(/\n$/, "")}\n${fence}\n\n`;
}

/** @param {string} code */
function codeOf(code) {
  const words = oneLine(code);
  if (!words) return "";
  return words.includes("`") ? `\`\` ${words} \`\`` : `\`${words}\``;
}

/**
 * @param {HTMLAnchorElement} link
 * @param {string} content
 */
function linkOf(link, content) {
  const address = link.getAttribute("href") ?? "";
  const words = oneLine(content);
  if (!/^(?:https?:\/\/|mailto:)[^\s<>]+$/i.test(address) || !words) return content;
  if (link.textContent?.trim() === address) return address;
  return `[${words}](${address.replace(/[()]/g, (bracket) => (bracket === "(" ? "%28" : "%29"))})`;
}

/**
 * @param {HTMLElement} list
 * @param {number} depth
 */
function listOf(list, depth) {
  const first = Number(list.getAttribute("start") ?? 1) || 1;
  const items = Array.from(list.children).filter(({ tagName }) => tagName === "LI");
  const lines = items.map((item, index) => {
    const sign = list.tagName === "OL" ? `${first + index}. ` : "- ";
    const content = contentOf(item, depth)
      .trim()
      .replace(/\n{2,}/g, "\n");
    return prefixed(content, sign, " ".repeat(sign.length));
  });
  return `\n\n${lines.join("\n")}\n\n`;
}

/**
 * @param {HTMLTableElement} table
 * @param {number} depth
 */
function tableOf(table, depth) {
  const rows = Array.from(table.rows, (row) =>
    Array.from(row.cells, (cell) => oneLine(contentOf(cell, depth)).replaceAll("|", "\\|")),
  ).filter((cells) => cells.length);
  const columns = Math.max(0, ...rows.map((cells) => cells.length));
  if (columns < 2 || columns * rows.length > MOST_CELLS)
    return `\n\n${rows.map((cells) => cells.join(" ")).join("\n")}\n\n`;
  const [head, ...others] = rows.map((cells) => {
    const all = [...cells, ...Array(columns - cells.length).fill("")];
    return `| ${all.join(" | ")} |`;
  });
  return `\n\n${[head, `|${" --- |".repeat(columns)}`, ...others].join("\n")}\n\n`;
}

/**
 * @param {string} content
 * @param {string} mark
 */
function marked(content, mark) {
  const words = content.trim();
  if (!words || words.includes("\n\n")) return content;
  const [before] = /^\s*/.exec(content) ?? [""];
  const [after] = /\s*$/.exec(content) ?? [""];
  return `${before}${mark}${words}${mark}${after}`;
}

/**
 * Google Docs wraps everything in a `<b>` that is not bold.
 *
 * @param {HTMLElement} element
 */
function isPlain({ style }) {
  return /^(?:normal|400)$/.test(style.fontWeight) || style.fontStyle === "normal";
}

/**
 * @param {string} text
 * @param {string} first
 * @param {string} others
 */
function prefixed(text, first, others) {
  return first + text.replaceAll("\n", `\n${others}`);
}

/** @param {string} text */
function oneLine(text) {
  return text.replace(/\s+/g, " ").trim();
}
