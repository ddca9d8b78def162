/** The list of conversations, which the server sends in pages. */

const PAGE = 200;
const MAX_PAGES = 10;

/**
 * All conversations, page by page, latest activity first. The first page is read once more in the end: meanwhile a
 * conversation may have moved up from a page that was not read yet.
 *
 * @param {(query: string) => Promise<ConversationSummary[]>} fetchPage
 */
export async function fetchAll(fetchPage) {
  /** @type {Map<number, ConversationSummary>} */
  const found = new Map();
  /** @type {ConversationSummary[]} */
  let page = [];
  for (let count = 0; count < MAX_PAGES && (count === 0 || page.length === PAGE); count += 1) {
    page = await fetchPage(`limit=${PAGE}${count ? `&before=${page.at(-1)?.id}` : ""}`);
    for (const summary of page) found.set(summary.id, summary);
  }
  if (found.size > PAGE)
    for (const summary of await fetchPage(`limit=${PAGE}`)) found.set(summary.id, summary);
  return Array.from(found.values());
}
