/** Who is typing where: told to others at most every three seconds, forgotten six seconds after the last word. */

const TELL_EVERY = 3000;
const FORGET_AFTER = 6000;

/**
 * `tell(conversationId)` sends our own sign; `show(conversationId, userIds)` is called whenever the set changes.
 * `now` and `later` are the clock, handed in so that a test has its own.
 */
export function createTyping({ tell, show, now = Date.now, later = setTimeout }) {
  const typists = new Map(); // conversation → Map(user → time of the last sign)
  const told = new Map();

  function typed(conversationId) {
    if (now() - (told.get(conversationId) ?? -TELL_EVERY) < TELL_EVERY) return;
    told.set(conversationId, now());
    tell(conversationId);
  }

  /** We sent or cleared the text: the next word is told at once. */
  function rested(conversationId) {
    told.delete(conversationId);
  }

  function heard({ conversation_id: conversationId, user_id: userId }) {
    if (!typists.has(conversationId)) typists.set(conversationId, new Map());
    const here = typists.get(conversationId);
    const isNew = !here.has(userId);
    here.set(userId, now());
    if (isNew) show(conversationId, [...here.keys()]);
    later(() => forgetOld(conversationId), FORGET_AFTER + 50);
  }

  /** A message of theirs arrived, or they left. */
  function stopped(conversationId, userId) {
    const here = typists.get(conversationId);
    if (here?.delete(userId)) show(conversationId, [...here.keys()]);
  }

  function forgetOld(conversationId) {
    const here = typists.get(conversationId);
    let isChanged = false;
    for (const [userId, last] of here) {
      if (now() - last >= FORGET_AFTER) isChanged = here.delete(userId) || isChanged;
    }
    if (isChanged) show(conversationId, [...here.keys()]);
  }

  return { typed, rested, heard, stopped };
}

/** `Dana is typing…`, `Dana and Bob are typing…`, `Several people are typing…` */
export function typingWords(names) {
  if (!names.length) return "";
  if (names.length === 1) return `${names[0]} is typing…`;
  if (names.length === 2) return `${names[0]} and ${names[1]} are typing…`;
  return "Several people are typing…";
}
