/** Logging out removes the person's drafts and unsent messages from this browser. */

import { deleteStore, openStore } from "./store.js";

export function forgetOnLeaving() {
  const userId = document.querySelector('meta[name="user-id"]').content;
  const form = document.querySelector("form[data-leave]");
  if (!form || !userId) return;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const unsent = await openStore(userId)
      .all()
      .catch(() => []);
    if (unsent.length && !window.confirm(question(unsent.length))) return;
    forgetDrafts(userId);
    await deleteStore(userId);
    form.submit();
  });
}

function question(number) {
  const messages = number === 1 ? "1 message has" : `${number} messages have`;
  return `${messages} not been sent yet. Log out and delete what is unsent?`;
}

function forgetDrafts(userId) {
  const drafts = Object.keys(localStorage).filter((key) =>
    key.startsWith(`parley-draft-${userId}-`),
  );
  for (const key of drafts) localStorage.removeItem(key);
}
