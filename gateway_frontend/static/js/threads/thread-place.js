/** Where the panel of a thread stands: it opens and closes beside the conversation, which stays as it is. */

import { find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { FAILED, SENT } from "../live/outbox.js";

const ADDRESS = /^\/app\/c\/(\d+)(?:\/thread\/(\d+))?$/;

/**
 * @param {object} parts
 * @param {import("../conversation/open-conversation.js").AppParts} parts.app
 * @param {() => number | null} parts.openId the open conversation
 * @param {(url: string) => unknown} parts.go
 */
export function createThreadPlace({ app, openId, go }) {
  /** @type {import("./thread-panel.js").OpenThread | null} */
  let thread = null;
  /** @type {((thread: import("./thread-panel.js").OpenThread) => void)[] | null} while its module is loaded */
  let waiting = null;

  /** The page is new: it may have a thread. */
  async function opened() {
    const panel = find(document, "aside.thread");
    if (!panel) return;
    /** @type {((thread: import("./thread-panel.js").OpenThread) => void)[]} */
    const news = [];
    waiting = news;
    const { openThread } = await import("./thread-panel.js");
    if (waiting !== news) return; // it was closed meanwhile
    waiting = null;
    thread = openThread(panel, app, {
      moderates: one(document, "main").hasAttribute("data-moderates"),
      close: () => go(`/app/c/${openId()}`),
    });
    for (const tell of news) tell(thread);
  }

  function closed() {
    thread?.close();
    thread = null;
    waiting = null;
  }

  /**
   * Show the thread, or only the conversation, that an address names. → whether that was possible on this page
   *
   * @param {string} url
   * @param {AbortSignal} signal
   */
  async function adapt(url, signal) {
    const { pathname, search, hash } = new URL(url, location.origin);
    const [, conversationId, threadId] = ADDRESS.exec(pathname) ?? [];
    if (!conversationId || Number(conversationId) !== openId()) return false;
    if (!threadId) return !search && !hash && remove();
    const address = `/front/conversations/${conversationId}/threads/${threadId}${search}`;
    const panel = await fetchPanel(address, signal);
    if (!panel || signal.aborted) return false;
    closed();
    find(document, "aside.panel")?.remove();
    one(document, "main").after(panel);
    document.body.classList.add("with-panel");
    await opened();
    return true;
  }

  function remove() {
    if (!thread) return false;
    const { id } = thread;
    closed();
    find(document, "aside.thread")?.remove();
    document.body.classList.remove("with-panel");
    find(document, `main .message[data-id="${id}"]`)?.focus({ preventScroll: true });
    return true;
  }

  /**
   * A reply in the outbox is in another state.
   *
   * @param {OutboxItem} item
   * @param {Message | null} message as it is stored
   */
  function itemChanged(item, message) {
    if (!thread || thread.id !== item.reply_to) {
      if (item.state === FAILED)
        app.showError(_("A reply was not sent: %(reason)s", { reason: item.reason }));
    } else if (item.state !== SENT || !message) thread.showItem(item);
    else thread.upsert(message);
  }

  /** @param {(thread: import("./thread-panel.js").OpenThread) => void} news */
  function tell(news) {
    if (thread) news(thread);
    else waiting?.push(news);
  }

  return {
    opened: () => opened().catch(({ message }) => app.showError(message)),
    closed,
    adapt,
    itemChanged,
    showUnsent: () => tell((open) => open.showUnsent()),
    viewChanged: () => thread?.viewChanged(),
    /** @param {Pick<LogEvent, "type" | "data">} event of the open conversation */
    apply: (event) => tell((open) => open.apply(event)),
    /** @param {ThreadState} state */
    noticed(state) {
      tell((open) => open.id === state.message_id && open.noticed(state));
    },
  };
}

/**
 * @param {string} address
 * @param {AbortSignal} signal
 */
async function fetchPanel(address, signal) {
  const response = await fetch(address, { signal, headers: { Accept: "text/html" } }).catch(
    () => null,
  );
  if (!response?.ok || response.redirected) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const panel = find(page, "aside.thread");
  return panel && document.adoptNode(panel);
}
