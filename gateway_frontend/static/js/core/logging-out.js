/** Logging out removes the person's drafts, searches, unsent messages and last seen pages from this browser. */

import { find, one } from "./dom.js";
import { forgetPages } from "./kept-caches.js";
import { ngettext } from "./language.js";
import { deleteStore, openStore } from "./store.js";

/** @param {() => Promise<unknown>} endNotifications */
export function clearOnLogout(endNotifications) {
  const userId = one(document, 'meta[name="user-id"]', HTMLMetaElement).content;
  const form = find(document, "form[data-leave]", HTMLFormElement);
  if (!form || !userId) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const unsent = await openStore(userId)
      .all()
      .catch(() => []);
    if (unsent.length && !window.confirm(question(unsent.length))) return;
    deleteTyped(userId);
    await deleteStore(userId);
    // Logging out must not fail because of these.
    await forgetPages().catch(() => {});
    await endNotifications().catch(() => {});
    form.submit();
  });
}

/** @param {number} number */
function question(number) {
  return ngettext(
    "%(num)s message has not been sent yet. Log out and delete what is unsent?",
    "%(num)s messages have not been sent yet. Log out and delete what is unsent?",
    number,
  );
}

/** @param {string} userId */
function deleteTyped(userId) {
  const drafts = Object.keys(localStorage).filter((key) =>
    key.startsWith(`parley-draft-${userId}-`),
  );
  for (const key of drafts) localStorage.removeItem(key);
  localStorage.removeItem(`parley-searches-${userId}`);
}
