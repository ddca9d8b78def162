/** What an outbox item is on the server: a message, its files described first, or a poll. */

import { call } from "../core/api.js";

/** → the stored message; throws a Problem. Posting an item again is harmless. */
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
  });
}

async function describe({ id, alt }) {
  try {
    await call("PATCH", `/api/attachments/${id}`, { alt });
  } catch (problem) {
    // Otherwise it was sent already and our answer got lost; or it is gone, which the message will tell.
    if (problem.isPassing) throw problem;
  }
}
