/** A message as a Markdown quote, with a link to it. */

/**
 * @param {string} content
 * @param {string} name of its author
 * @param {string} address
 */
export function quoteOf(content, name, address) {
  const source = `[${name.replace(/[\\[\]]/g, "\\$&")}](${address})`;
  return [...content.trim().split("\n"), "", `— ${source}`]
    .map((line) => (line ? `> ${line}` : ">"))
    .join("\n");
}
