/** Who is online: the last known status of each person, shown on every avatar with their id. */

const WORDS = { online: "online", away: "away", offline: "offline", unknown: "" };
const AGAIN_AFTER = 60_000;

/**
 * The server pushes the statuses of people with a shared conversation. The others are asked for:
 * `ask(userIds)` → promise of {id: status}, or of null where nobody answers.
 */
export function createPresence({ ask }) {
  const statuses = new Map();
  const asked = new Set(); // people whose changes are not pushed
  let wanted = new Set();

  function heard({ user_id: userId, status }) {
    asked.delete(userId);
    learn(userId, status);
  }

  function learn(userId, status) {
    statuses.set(userId, status);
    showOn(document.querySelectorAll(selectorOf(userId)), status);
  }

  /** Elements that came to the page later. */
  function show(root) {
    for (const element of root.querySelectorAll("[data-presence][data-user]")) {
      const userId = Number(element.dataset.user);
      showOn([element], statuses.get(userId) ?? "unknown");
      if (!statuses.has(userId)) want(userId);
    }
  }

  /** Everybody whom the page shows at the same moment is asked for together. */
  function want(userId) {
    if (!wanted.size) queueMicrotask(askForWanted);
    wanted.add(userId);
  }

  async function askForWanted() {
    const userIds = Array.from(wanted);
    wanted = new Set();
    const found = (await ask(userIds)) ?? {};
    for (const [userId, status] of Object.entries(found)) {
      asked.add(Number(userId));
      learn(Number(userId), status);
    }
  }

  function askAgain() {
    if (document.hidden) return;
    for (const userId of asked) {
      if (document.querySelector(selectorOf(userId))) want(userId);
      else forgetOne(userId);
    }
  }

  function forgetOne(userId) {
    asked.delete(userId);
    statuses.delete(userId);
  }

  /** The connection is lost: nothing is known any more. */
  function forget() {
    statuses.clear();
    asked.clear();
    showOn(document.querySelectorAll("[data-presence]"), "unknown");
  }

  setInterval(askAgain, AGAIN_AFTER);
  return { heard, show, forget };
}

function selectorOf(userId) {
  return `[data-presence][data-user="${CSS.escape(String(userId))}"]`;
}

function showOn(elements, status) {
  for (const element of elements) {
    element.dataset.presence = status;
    const words = element.closest("a, li, header")?.querySelector("[data-presence-words]");
    if (words) words.textContent = WORDS[status] ?? status;
  }
}
