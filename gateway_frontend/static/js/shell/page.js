/** The page that is open in the middle: perhaps a conversation, which gets its scripts here. */

import { openConversation } from "../conversation/open-conversation.js";
import { find } from "../core/dom.js";
import { _ } from "../core/language.js";
import { localizeTimes } from "../core/times.js";
import { FAILED, SENT } from "../live/outbox.js";
import { titleWithCount } from "../live/unread.js";
import { createBadge } from "../notifications/badge.js";
import { createThreadPlace } from "../threads/thread-place.js";

/**
 * @param {object} parts
 * @param {import("../conversation/open-conversation.js").AppParts} parts.app
 * @param {ReturnType<typeof import("../live/all-conversations.js").createConversations>} parts.conversations
 * @param {ReturnType<typeof import("./sidebar.js").createSidebar>} parts.sidebar
 * @param {ReturnType<typeof import("./views.js").createViews>} parts.views
 * @param {ReturnType<typeof import("../live/presence.js").createPresence>} parts.presence
 * @param {(url: string) => void} parts.go
 */
export function createPage({ app, conversations, sidebar, views, presence, go }) {
  /** @type {import("../conversation/open-conversation.js").OpenConversation | null} */
  let conversation = null;
  const badge = createBadge();
  const thread = createThreadPlace({ app, openId: () => conversation?.id ?? null, go });

  /** Resolves when all scripts of the page run. */
  async function opened() {
    const root = find(document, "main[data-conversation], main[data-recipient]");
    localizeTimes();
    sidebar.open(Number(root?.dataset.conversation));
    views.opened();
    presence.show(document);
    showTitle();
    const search = find(document, "main [data-search]");
    if (search) import("../search/recent-searches.js").then((m) => m.openSearchPage(search));
    if (!root || root.dataset.partial) return;
    conversation = openConversation(root, app);
    const threadOpened = thread.opened();
    applyMissed();
    await threadOpened;
  }

  /** Events may arrive while the server draws the page: the page does not have them, the log does. */
  function applyMissed() {
    if (conversation?.id) conversations.get(conversation.id)?.log.rewind(conversation.drawnSeq);
  }

  function closed() {
    thread.closed();
    conversation?.close();
    conversation = null;
  }

  /** Parts of the page were loaded again. */
  function refreshed() {
    showTitle();
    presence.show(document);
    conversation?.refreshed();
  }

  function showTitle() {
    document.title = titleWithCount(document.title, conversations.unread);
    badge.show(conversations.unread);
  }

  /**
   * An item of the outbox is in another state.
   *
   * @param {OutboxItem} item
   * @param {Message | null} message as it is stored
   */
  function itemChanged(item, message) {
    if (item.reply_to) return thread.itemChanged(item, message);
    const isHere = item.conversation_id
      ? conversation?.id === item.conversation_id
      : conversation?.place === `u${item.recipient_id}`;
    if (!conversation || !isHere) {
      if (item.state === FAILED)
        app.showError(_("A message was not sent: %(reason)s", { reason: item.reason }));
    } else if (item.state !== SENT || !message) conversation.showItem(item);
    else if (conversation.id) conversation.upsert(message);
    else go(`/app/c/${message.conversation_id}`);
  }

  function viewChanged() {
    conversation?.viewChanged();
    thread.viewChanged();
  }

  for (const moment of ["focus", "visibilitychange"])
    (moment === "focus" ? window : document).addEventListener(moment, () => viewChanged());

  return {
    opened,
    closed,
    refreshed,
    applyMissed,
    showTitle,
    itemChanged,
    /**
     * The open conversation, if it has this id.
     *
     * @param {number} id
     */
    conversation: (id) => (conversation?.id === id ? conversation : null),
    current: () => conversation,
    thread,
    showUnsent() {
      conversation?.showUnsent();
      thread.showUnsent();
    },
  };
}
