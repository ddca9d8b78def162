/** Notifications of this browser: the server says of what, one of the tabs shows it, reading withdraws it. */

import { find } from "../core/dom.js";
import { playTone } from "./tone.js";

const LOOKING_FIRST = 200; // ms that a tab which shows the message has to say so
const HELD = 4000; // ms until the same news can no longer arrive in another tab

/**
 * @param {object} parts
 * @param {(url: string) => unknown} parts.go
 */
export function createNotifier({ go }) {
  /**
   * Of the tabs of this browser the one that gets the lock decides; a tab with the message in front asks first.
   *
   * @param {NewsOfMessage} news
   */
  async function receive(news) {
    const isSeen = isInFront(news);
    if (!isSeen) await pause(LOOKING_FIRST);
    await navigator.locks.request(
      `parley-${news.tag}-${news.seq}`,
      { ifAvailable: true },
      async (lock) => {
        if (!lock) return;
        if (!isSeen) await present(news);
        await pause(HELD);
      },
    );
  }

  /** @param {NewsOfMessage} news */
  async function present(news) {
    if (news.sound) playTone();
    if (globalThis.Notification?.permission !== "granted") return;
    const { title, body, tag, url, seq } = news;
    const options = { body, tag, icon: news.icon ?? undefined, data: { url, seq }, silent: true };
    const worker = await navigator.serviceWorker?.getRegistration();
    if (worker?.active) {
      await worker.showNotification(title, /** @type {object} */ ({ ...options, renotify: true }));
      return;
    }
    const shown = new Notification(title, options);
    withoutWorker.set(tag, shown);
    shown.onclick = () => {
      window.focus();
      shown.close();
      go(url);
    };
  }

  /** @type {Map<string, Notification>} by their tags */
  const withoutWorker = new Map();

  /**
   * Everything up to `seq` was read, here or elsewhere.
   *
   * @param {string} tag
   * @param {number} seq
   */
  async function withdraw(tag, seq) {
    const worker = await navigator.serviceWorker?.getRegistration();
    const shown = (await worker?.getNotifications({ tag })) ?? [];
    const own = withoutWorker.get(tag);
    for (const each of own ? [...shown, own] : shown) if (each.data?.seq <= seq) each.close();
  }

  return { receive, withdraw };
}

/** @param {NewsOfMessage} news */
function isInFront({ conversation_id: id, thread_id: threadId }) {
  if (document.visibilityState !== "visible" || !document.hasFocus()) return false;
  const place = threadId ? `aside.thread[data-thread="${threadId}"]` : "main";
  const isOpen = location.pathname.split("/")[3] === String(id);
  return isOpen && Boolean(find(document, place));
}

/**
 * @param {number} ms
 * @returns {Promise<void>}
 */
function pause(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
