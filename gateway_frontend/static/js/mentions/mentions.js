/** The people whom a message mentions. */

/**
 * Whether somebody else's message mentions this person, by name or with all members.
 *
 * @param {Pick<Message, "author_id" | "mentions">} message
 * @param {number} userId
 */
export function mentionsPerson({ author_id: authorId, mentions }, userId) {
  if (!mentions || authorId === userId) return false; // events of earlier versions have none
  return Boolean(mentions.everyone) || mentions.user_ids.includes(userId);
}

/**
 * Whether a text that is not sent yet mentions all members, outside of code.
 *
 * @param {string} text
 */
export function mentionsEveryone(text) {
  const withoutCode = text.replace(/```[\s\S]*?(?:```|$)|`[^`\n]*`/g, " ");
  return /(?<![\p{L}\p{M}\p{N}_.@/\\-])@(?:room|here|all|channel|everyone)(?![\p{L}\p{M}\p{N}_-])/iu.test(
    withoutCode,
  );
}
