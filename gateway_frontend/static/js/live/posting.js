/** Sends an item of the outbox: a message, after the descriptions of its files, or a poll. */

import { call, Problem } from "../core/api.js";

/**
 * → sends an item and answers the stored message; throws a Problem. Sending an item again is harmless.
 *
 * @param {(name: string, payload: object) => Promise<any>} ask
 *   asks the server over the socket; null without a connection, or without an answer
 * @returns {(item: OutboxItem) => Promise<Message>}
 */
export function createPosting(ask) {
  return async (item) => {
    const { conversation_id, recipient_id, content, client_id, files = [], poll } = item;
    const { reply_to, also_in_conversation } = item;
    if (poll) {
      const asked = await call("POST", "/api/polls", { conversation_id, client_id, ...poll });
      return call("GET", `/api/messages/${asked.message_id}`);
    }
    for (const file of files) if (file.alt) await describe(file);
    const fields = {
      client_id,
      reply_to,
      also_in_conversation,
      attachments: files.length ? files.map((file) => file.id) : undefined,
      keep_draft: true, // the composer deletes it: there may be another one by now
    };
    const sent = conversation_id
      ? await overSocket({ room: conversation_id, msg: content, ...fields })
      : null;
    return (
      sent ?? call("POST", "/api/messages", { conversation_id, recipient_id, content, ...fields })
    );
  };

  /**
   * → the stored message, or null when HTTP has to be tried: the socket is shorter, no more.
   *
   * @param {object} text
   * @returns {Promise<Message | null>}
   */
  async function overSocket(text) {
    const ack = navigator.onLine ? await ask("text", text) : null;
    if (!ack) return null;
    if (!ack.ok) throw new Problem(ack.problem.status, ack.problem, ack.problem.retry_after);
    return ack.message;
  }
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
