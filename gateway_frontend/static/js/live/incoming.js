/** Pass the events and notices of the live connection to the parts of the app. */

import { find } from "../core/dom.js";
import { _ } from "../core/language.js";

/** @typedef {import("./all-conversations.js").KnownConversation} KnownConversation */

/**
 * @param {object} parts
 * @param {Person} parts.me
 * @param {ReturnType<typeof import("./all-conversations.js").createConversations>} parts.conversations
 * @param {ReturnType<typeof import("./typing.js").createTyping>} parts.typing
 * @param {ReturnType<typeof import("./presence.js").createPresence>} parts.presence
 * @param {ReturnType<typeof import("../people/statuses.js").createStatuses>} parts.statuses
 * @param {ReturnType<typeof import("../people/blocks.js").createBlocks>} parts.blocks
 * @param {ReturnType<typeof import("./outbox.js").createOutbox>} parts.outbox
 * @param {ReturnType<typeof import("./session.js").createSession>} parts.session
 * @param {ReturnType<typeof import("../drafts/drafts.js").createDrafts>} parts.drafts
 * @param {(id: number) => import("../conversation/open-conversation.js").OpenConversation | null} parts.openWith
 *   the open conversation if it has this id
 * @param {(event: Pick<LogEvent, "type" | "data">) => void} parts.applyToThread gets the events of the open conversation
 * @param {(state: ThreadState) => void} parts.threadNoticed
 * @param {ReturnType<typeof import("../notifications/notices.js").createNotices>} parts.notifications
 * @param {(id: number) => unknown} parts.addConversation
 * @param {() => unknown} parts.refreshPage
 * @param {ShowError} parts.showError
 */
export function createIncoming({
  me,
  conversations,
  typing,
  presence,
  statuses,
  blocks,
  outbox,
  session,
  drafts,
  openWith,
  applyToThread,
  threadNoticed,
  notifications,
  addConversation,
  refreshPage,
  showError,
}) {
  /**
   * @param {string} name
   * @param {any} payload
   */
  function receive(name, payload) {
    if (name === "event") conversations.receive(payload);
    else if (name === "notice") receiveNotice(payload);
    else if (name === "typing" && payload.user_id !== me.id) typingReceived(payload);
    else if (name === "presence") presence.receive(payload);
    else if (name === "resync") session.catchUp();
  }

  /** @param {{conversation_id: number, user_id: number, thread_id?: number}} sign */
  function typingReceived(sign) {
    if (sign.thread_id) applyToThread({ type: "typing", data: sign });
    else typing.receive(sign);
  }

  /** @param {Notice} notice */
  function receiveNotice({ type, data }) {
    notifications.noticed(type, data);
    if (type === "read") {
      conversations.read(data.conversation_id, data.read_seq);
      openWith(data.conversation_id)?.readElsewhere(data.read_seq);
    } else if (type === "membership") {
      const isUnread = conversations.marksChanged(data);
      openWith(data.conversation_id)?.marksChanged(data, isUnread);
    } else if (type === "conversation.added") addConversation(data.conversation_id ?? data.id);
    else if (type === "draft") draftChanged(data);
    else if (type === "scheduled") scheduledChanged(data);
    else if (type === "user.updated") statuses.receive(data);
    else if (type === "block") blocks.receive(data);
    else if (type === "thread") threadNoticed(data);
    else if (type === "poll.mine") openWith(data.conversation_id)?.votedElsewhere(data);
    else if (type === "saved") {
      openWith(data.conversation_id)?.savedElsewhere(data);
      if (find(document, "[data-saved-list]")) refreshPage();
    } else if (type === "conversation.removed") conversations.remove(data.conversation_id);
  }

  /** @param {SavedDraft} draft */
  function draftChanged(draft) {
    drafts.receive(draft);
    refreshDrafts();
  }

  /** @param {ScheduledChange} change */
  function scheduledChanged(change) {
    const { conversation_id: id, state, refusal } = change;
    if (state === "refused")
      showError(_("A scheduled message was not sent: %(reason)s", { reason: refusal }));
    // Without an answer the line above the composer stays as it is until the next change.
    if (id)
      openWith(id)
        ?.scheduledChanged(change)
        .catch(() => {});
    refreshDrafts();
  }

  /** The page of drafts, unless one is being edited there. */
  function refreshDrafts() {
    if (find(document, ".drafts") && !find(document, ".drafts details[open]")) refreshPage();
  }

  /**
   * An event of any conversation, exactly once and in its turn.
   *
   * @param {KnownConversation} conversation
   * @param {LogEvent} event
   */
  function applied(conversation, event) {
    const { type, data } = event;
    if (type === "message.created" && data.author_id !== me.id) {
      session.count();
      typing.remove(conversation.id, data.author_id);
    }
    if (type === "message.created" && data.client_id) outbox.confirm(data.client_id);
    const open = openWith(conversation.id);
    open?.apply(event);
    const isInHeader = /^(member|conversation)\./.test(type);
    if (open) applyToThread(event);
    if (open && (isInHeader || changesPins(event))) refreshPage();
  }

  return { receive, applied };
}

/**
 * Whether the open list of pinned messages changes.
 *
 * @param {LogEvent} event
 */
function changesPins({ type, data }) {
  if (!find(document, "[data-pins-panel]") || !type.startsWith("message.")) return false;
  return "pin_count" in data || data.pinned;
}
