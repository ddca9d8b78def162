/** Presence: the last known status of each person, shown on every avatar with their id. */

import { all } from "../core/dom.js";
import { _ } from "../core/language.js";

/** @type {Record<PresenceStatus, string>} */
const WORDS = {
  online: _("online"),
  away: _("away"),
  dnd: _("do not disturb"),
  offline: _("offline"),
  unknown: "",
};
const AGAIN_AFTER = 60_000;

/**
 * The server pushes the statuses of people with a shared conversation, and answers questions about others.
 *
 * @param {object} parts
 * @param {(userIds: number[]) => Promise<Record<string, PresenceStatus> | null | undefined>} parts.ask
 *   null without a connection
 */
export function createPresence({ ask }) {
  /** @type {Map<number, PresenceStatus>} */
  const statuses = new Map();
  /** @type {Set<number>} people whose changes are not pushed */
  const asked = new Set();
  /** @type {Set<number>} */
  let wanted = new Set();

  /** @param {{user_id: number, status: PresenceStatus}} change */
  function receive({ user_id: userId, status }) {
    asked.delete(userId);
    learn(userId, status);
  }

  /**
   * @param {number} userId
   * @param {PresenceStatus} status
   */
  function learn(userId, status) {
    statuses.set(userId, status);
    showOn(all(document, selectorOf(userId)), status);
  }

  /**
   * Show the statuses on elements that are new on the page.
   *
   * @param {ParentNode} root
   */
  function show(root) {
    for (const element of all(root, "[data-presence][data-user]")) {
      const userId = Number(element.dataset.user);
      showOn([element], statuses.get(userId) ?? "unknown");
      if (!statuses.has(userId)) want(userId);
    }
  }

  /**
   * All people whom the page shows at the same moment are asked for together.
   *
   * @param {number} userId
   */
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

  /** @param {number} userId */
  function forgetOne(userId) {
    asked.delete(userId);
    statuses.delete(userId);
  }

  /** The connection is lost: nothing is known any more. */
  function forget() {
    statuses.clear();
    asked.clear();
    showOn(all(document, "[data-presence]"), "unknown");
  }

  setInterval(askAgain, AGAIN_AFTER);
  return { receive, show, forget };
}

/** @param {number} userId */
function selectorOf(userId) {
  return `[data-presence][data-user="${CSS.escape(String(userId))}"]`;
}

/**
 * @param {HTMLElement[]} elements
 * @param {PresenceStatus} status
 */
function showOn(elements, status) {
  for (const element of elements) {
    element.dataset.presence = status;
    const words = element.closest("a, li, header")?.querySelector("[data-presence-words]");
    if (words) words.textContent = WORDS[status] ?? status;
  }
}
