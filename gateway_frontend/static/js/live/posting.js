/** Sends an item of the outbox: a message, after the descriptions of its files, or a poll. */

import { call } from "../core/api.js";

/**
 * → the stored message; throws a Problem. Posting an item again is harmless.
 *
 * @param {OutboxItem} item
 * @returns {Promise<Message>}
 */
export async function postItem(item) {
  const { conversation_id, recipient_id, content, client_id, files = [], poll } = item;
  if (poll) {
    const asked = await call("POST", "/api/polls", { conversation_id, client_id, ...poll });
    return call("GET", `/api/messages/${asked.message_id}`);
  }
  for (const file of files) if (file.alt) await describe(file);
  const attachments = files.length ? files.map((file) => file.id) : undefined;
  return call("POST", "/api/messages", {
    conversation_id,
    recipient_id,
    content,
    client_id,
    attachments,
    keep_draft: true, // the composer deletes it: there may be another one by now
  });
}

/** @param {Attachment} file */
async function describe({ id, alt }) {
  try {
    await call("PATCH", `/api/attachments/${id}`, { alt });
  } catch (problem) {
    // Otherwise it was sent already and our answer got lost; or the file is gone, and sending the message will fail.
    if (problem.isPassing) throw problem;
  }
}
