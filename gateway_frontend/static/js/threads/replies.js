/** The place of a message by its fields: in the conversation, in a thread, or in both. */

/**
 * Whether a message is shown in the conversation: all are, except for replies that are in their thread alone.
 *
 * @param {Pick<Message, "thread_id" | "also_in_conversation">} message
 */
export function isInConversation({ thread_id: threadId, also_in_conversation: isAlsoHere }) {
  return !threadId || isAlsoHere;
}
