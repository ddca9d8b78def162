/** Who is online: the last known status of each person, shown on every avatar that bears their id. */

const WORDS = { online: "online", away: "away", offline: "offline", dnd: "do not disturb" };

export function createPresence() {
  const statuses = new Map();

  function heard({ user_id: userId, status }) {
    statuses.set(userId, status);
    showOn(document.querySelectorAll(`[data-presence][data-user="${CSS.escape(String(userId))}"]`), status);
  }

  /** Elements that came to the page later. */
  function show(root) {
    for (const [userId, status] of statuses) {
      showOn(root.querySelectorAll(`[data-presence][data-user="${CSS.escape(String(userId))}"]`), status);
    }
  }

  /** The connection is lost: nothing is known any more. */
  function forget() {
    statuses.clear();
    showOn(document.querySelectorAll("[data-presence]"), "offline");
  }

  return { heard, show, forget };
}

function showOn(elements, status) {
  for (const element of elements) {
    element.dataset.presence = status;
    const words = element.closest("a, li, header")?.querySelector("[data-presence-words]");
    if (words) words.textContent = WORDS[status] ?? status;
  }
}
