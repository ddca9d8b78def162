/** The actions on messages of a conversation or a thread, for `message-tools.js`. */

import { call } from "../core/api.js";
import { confirm } from "../core/confirm.js";
import { copyText } from "../core/copying.js";
import { find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { keepingActions } from "../keeping/keeping-actions.js";
import { editingActions } from "./editing.js";
import { quoteOf } from "./quoting.js";

/**
 * @param {object} parts
 * @param {Reader} parts.me
 * @param {HTMLElement} parts.root the conversation's or the thread's element
 * @param {Pick<import("./open-conversation.js").AppParts, "jump" | "showError">} parts.app
 * @param {import("./completion.js").Trigger[]} parts.triggers
 * @param {Pick<import("./timeline.js").Timeline, "find">} parts.timeline
 * @param {(message: Message) => void} parts.upsert shows a changed message
 * @param {import("./composer.js").Composer} parts.composer
 * @returns {Record<string, import("./message-tools.js").MessageAction>}
 */
export function messageActions({ me, root, app, triggers, timeline, upsert, composer }) {
  const { jump, showError } = app;

  /** @param {string} id */
  function fetchMessage(id) {
    return call("GET", `/api/messages/${id}`);
  }

  /** @param {string} id */
  async function remove(id) {
    const [{ showOffer }] = await Promise.all([
      import("../keeping/offer-bar.js"),
      call("DELETE", `/api/messages/${id}`),
    ]);
    const undo = () => restore(id).catch(({ message }) => showError(message));
    showOffer({ words: _("Message deleted."), verb: _("Undo"), act: undo, undoes: true });
  }

  /** @param {string} id */
  async function restore(id) {
    upsert(await call("POST", `/api/messages/${id}/restore`));
    const message = timeline.find(Number(id));
    message?.blur(); // focused again, it gets its tools back
    message?.focus();
  }

  /** @param {HTMLElement} message */
  async function quote(message) {
    const { content, author } = await fetchMessage(message.dataset.id ?? "");
    composer.quote(quoteOf(content, author.name, permalinkOf(message)));
  }

  /** @param {HTMLElement} message */
  async function copyLink(message) {
    await copyText(permalinkOf(message));
    message.focus();
  }

  /** @param {HTMLElement} message */
  function permalinkOf(message) {
    return `${location.origin}/app/c/${root.dataset.conversation}?at=${message.dataset.seq}`;
  }

  return {
    ...editingActions({
      me,
      triggers,
      confirm,
      showError,
      fetchMessage,
      save: async (id, content) => upsert(await call("PATCH", `/api/messages/${id}`, { content })),
      remove,
    }),
    ...keepingActions({
      mayPin: !one(document, "main").hasAttribute("data-guest"),
      upsert,
      jump,
    }),
    report: {
      isOffered: ({ dataset }) => dataset.author !== String(me.id),
      act: async (message) => (await import("../keeping/report-dialog.js")).report(message),
    },
    quote: { isOffered: (message) => find(message, ".body > *") !== null, act: quote },
    "copy-link": {
      isOffered: () => Boolean(root.dataset.conversation),
      act: copyLink,
    },
  };
}
