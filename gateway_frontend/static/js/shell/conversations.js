/** All of a person's conversations as this tab knows them: their logs, their unread counts, their names. */

import { createLog } from "../live/log.js";
import { createUnread } from "../live/unread.js";

/**
 * `fetchEvents(id, after)` and `fetchSummary(id)` call the API. Callbacks: `applied(conversation, event)` for each
 * event, in order; `changed(conversation)` when a count or a name moved; `renewed(conversation)` → promise, when a log
 * was restored; `removed(conversation)`; `appeared(id)` when a conversation that is not in the list has an event.
 */
export function createConversations({
  me,
  epoch,
  fetchEvents,
  fetchSummary,
  pause,
  applied,
  changed,
  renewed,
  removed,
  appeared,
}) {
  const all = new Map();
  const appearing = new Set();

  /** The server's list is the truth: some are new, some are gone, counts are as they say. Resolves when level. */
  function adopt(summaries, isWhole = true) {
    for (const summary of summaries) {
      if (all.has(summary.id)) update(all.get(summary.id), summary);
      else add(summary);
    }
    const ids = new Set(summaries.map((summary) => summary.id));
    if (isWhole) for (const id of all.keys()) if (!ids.has(id)) remove(id);
    // What the list knows and a log does not, nobody may tell of again.
    const behind = summaries.filter(
      (summary) => all.get(summary.id).log.lastSeq < summary.last_seq,
    );
    return Promise.all(behind.map((summary) => all.get(summary.id).log.catchUp()));
  }

  function add(summary) {
    const conversation = { ...summary, unreadState: createUnread(forUnread(summary)) };
    conversation.log = createLog({
      lastSeq: summary.last_seq,
      epoch,
      apply: (event) => apply(conversation, event),
      fetchAfter: (seq) => fetchEvents(summary.id, seq),
      startAnew: () => startAnew(conversation),
      pause,
    });
    all.set(summary.id, conversation);
    changed(conversation);
  }

  /** A summary that was made before the marker moved here has a count that is too high. */
  function update(conversation, summary, isAnew = false) {
    const isOutdated = conversation.unreadState.readSeq > summary.read_seq && !isAnew;
    if (!isOutdated) conversation.unreadState = createUnread(forUnread(summary));
    const { log, unreadState } = conversation;
    Object.assign(conversation, summary, { log, unreadState });
    changed(conversation);
  }

  function remove(id) {
    const conversation = all.get(id);
    conversation?.log.close();
    if (all.delete(id)) removed(conversation);
  }

  function receive(event) {
    const conversation = all.get(event.conversation_id);
    if (conversation) conversation.log.receive(event);
    else appear(event.conversation_id);
  }

  /** The list has an end, and people write beyond it: each such conversation is fetched once at a time. */
  function appear(id) {
    if (appearing.has(id)) return;
    appearing.add(id);
    Promise.resolve(appeared(id))
      .catch(() => {})
      .finally(() => appearing.delete(id));
  }

  function apply(conversation, event) {
    const { type, data } = event;
    if (type === "message.created" && data.author_id !== me.id)
      conversation.unreadState.add(event.seq);
    if (type === "message.deleted") conversation.unreadState.remove(data.seq);
    if (type === "conversation.updated") Object.assign(conversation, data.conversation);
    applied(conversation, event);
    changed(conversation);
  }

  /** The read marker moved, past the messages at the seqs `passed`; of another tab's marker they are not known. */
  async function read(id, seq, passed = null) {
    const conversation = all.get(id);
    if (!conversation) return;
    const isKnown = conversation.unreadState.read(seq, passed);
    changed(conversation);
    if (!isKnown) update(conversation, await fetchSummary(id));
  }

  async function startAnew(conversation) {
    const summary = await fetchSummary(conversation.id);
    update(conversation, summary, true);
    await renewed(conversation);
    return { lastSeq: summary.last_seq };
  }

  return {
    adopt,
    receive,
    read,
    remove,
    get: (id) => all.get(id),
    list: () =>
      Array.from(all.values(), (conversation) => ({
        ...conversation,
        unread: conversation.unreadState.count,
      })),
    logs: () => new Map(Array.from(all, ([id, conversation]) => [id, conversation.log])),
    get unread() {
      return Array.from(all.values()).reduce(
        (sum, conversation) => sum + conversation.unreadState.count,
        0,
      );
    },
  };
}

function forUnread(summary) {
  return { lastSeq: summary.last_seq, readSeq: summary.read_seq ?? 0, unread: summary.unread ?? 0 };
}

const PAGE = 200;
const MAX_PAGES = 10;

/**
 * All conversations, page by page; `fetchPage(query)` → a page of at most 200, latest activity first. The first page
 * is read once more in the end: meanwhile a conversation may have moved up from a page that was not read yet.
 */
export async function fetchAll(fetchPage) {
  const found = new Map();
  let page = [];
  for (let count = 0; count < MAX_PAGES && (count === 0 || page.length === PAGE); count += 1) {
    page = await fetchPage(`limit=${PAGE}${count ? `&before=${page.at(-1).id}` : ""}`);
    for (const summary of page) found.set(summary.id, summary);
  }
  if (found.size > PAGE)
    for (const summary of await fetchPage(`limit=${PAGE}`)) found.set(summary.id, summary);
  return Array.from(found.values());
}
