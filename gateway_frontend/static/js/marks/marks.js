/** A person's own marks on a conversation: what follows from them. */

/**
 * Up to where the conversation counts as read: marking messages as unread holds the marker back.
 *
 * @param {Pick<ConversationSummary, "read_seq" | "unread_from">} conversation
 */
export function markerOf({ read_seq: readSeq, unread_from: unreadFrom }) {
  return unreadFrom ? unreadFrom - 1 : (readSeq ?? 0);
}

/** @param {Pick<ConversationSummary, "muted_until">} conversation */
export function isMuted({ muted_until: until }) {
  return Boolean(until) && Date.parse(until ?? "") > Date.now();
}

/**
 * Reading moves `unread_from` forward until it is null; only the person's wish sets it, or moves it back.
 *
 * @param {MarkChanges} before
 * @param {MarkChanges} after
 */
export function isMarkedUnread({ unread_from: before }, { unread_from: after }) {
  return Boolean(after) && (!before || (after ?? 0) < before);
}
