/** The browser's copy of a draft: what was typed while the server could not be reached is in it alone. */

/**
 * @typedef {object} DraftCopy
 * @property {string} content
 * @property {string | null} base when the server's draft was written that this one is based on
 * @property {boolean} isSaved whether the server has this content
 */

/**
 * Where the browser keeps a person's draft of a conversation or thread.
 *
 * @param {number} userId
 * @param {string} place
 * @param {number | null} replyTo
 */
export function draftKey(userId, place, replyTo = null) {
  return `parley-draft-${userId}-${place}${replyTo ? `-${replyTo}` : ""}`;
}

/**
 * @param {string} key
 * @returns {DraftCopy | null}
 */
export function readCopy(key) {
  const kept = localStorage.getItem(key);
  if (kept === null) return null;
  try {
    const copy = JSON.parse(kept);
    if (typeof copy?.content === "string") return copy;
  } catch {
    // A text from before drafts were on the server.
  }
  return { content: kept, base: null, isSaved: false };
}

/**
 * @param {string} key
 * @param {DraftCopy} copy
 */
export function writeCopy(key, copy) {
  if (copy.content || !copy.isSaved) localStorage.setItem(key, JSON.stringify(copy));
  else localStorage.removeItem(key);
}

/**
 * The text with which the composer begins. Text that exists in only one of the two places is never lost: if both were changed,
 * it has both.
 *
 * @param {DraftCopy | null} copy
 * @param {SavedDraft | null} saved
 * @returns {{text: string, isSaved: boolean}}
 */
export function reconcile(copy, saved) {
  const there = saved?.content ?? "";
  if (!copy || copy.isSaved || copy.content === there) return { text: there, isSaved: true };
  const isBasedOnIt = copy.base === (saved?.updated_at ?? null) || !there;
  if (isBasedOnIt || copy.content.startsWith(there)) return { text: copy.content, isSaved: false };
  if (there.startsWith(copy.content)) return { text: there, isSaved: true };
  return { text: `${there}\n\n${copy.content}`, isSaved: false };
}
