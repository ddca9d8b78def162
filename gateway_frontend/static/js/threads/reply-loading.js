/** Pages of a thread's replies; the log asks by seq, the API by the ids of messages. */

import { call } from "../core/api.js";
import { find } from "../core/dom.js";

const PAGE = 100;

/**
 * @param {number} threadId
 * @param {HTMLElement} lines the replies on the page
 * @returns {import("../conversation/paging.js").Load}
 */
export function createReplyLoading(threadId, lines) {
  /** @param {number} seq */
  function idAt(seq) {
    return Number(find(lines, `.message[data-seq="${seq}"]`)?.dataset.id);
  }

  return async ({ before, after }) => {
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (before) query.set("before", String(idAt(before)));
    if (after) query.set("after", String(idAt(after)));
    /** @type {Message[]} */
    const messages = await call("GET", `/api/messages/${threadId}/replies?${query}`);
    const isEnd = messages.length === 0; // a page of long texts may be short
    return { messages, notes: [], is_whole: !after && isEnd, reaches_end: !after || isEnd };
  };
}
