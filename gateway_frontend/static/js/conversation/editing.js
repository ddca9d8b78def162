/** Editing, deleting and copying messages in their place. */

import { copyText as writeToClipboard } from "../core/copying.js";
import { _ } from "../core/language.js";
import { openEditor } from "./editor.js";

/**
 * @param {object} parts
 * @param {Reader} parts.me who moderates may delete others' messages, too
 * @param {(id: string) => Promise<Message>} parts.fetchMessage
 * @param {(id: string, content: string) => Promise<unknown>} parts.save
 * @param {(id: string) => Promise<unknown>} parts.remove
 * @param {import("./completion.js").Trigger[]} parts.triggers of the completion
 * @param {Confirm} parts.confirm
 * @param {ShowError} parts.showError
 * @returns {Record<"edit" | "delete" | "copy-text", import("./message-tools.js").MessageAction>}
 */
export function editingActions({ me, fetchMessage, save, remove, triggers, confirm, showError }) {
  /**
   * @param {HTMLElement} message
   * @param {{focus(): void}} focusAfter gets the focus when the editor closes
   */
  async function edit(message, focusAfter) {
    const id = message.dataset.id ?? "";
    const { content } = await fetchMessage(id);
    openEditor({
      message,
      content,
      save: (text) => save(id, text),
      triggers,
      closed: () => focusAfter.focus(),
      showError,
    });
  }

  /** @param {HTMLElement} message */
  async function askAndRemove(message) {
    const isSure = await confirm(
      _("Delete this message?"),
      _("Everybody in the conversation will see that it is gone."),
      _("Delete"),
    );
    if (isSure) await remove(message.dataset.id ?? "");
    message.focus();
  }

  /** @param {HTMLElement} message */
  async function copyText(message) {
    const { content } = await fetchMessage(message.dataset.id ?? "");
    await writeToClipboard(content);
    message.focus();
  }

  /** @param {HTMLElement} message */
  function isMine(message) {
    return message.dataset.author === String(me.id);
  }

  return {
    edit: {
      // A poll cannot be edited: people voted on its text.
      isOffered: (message) => isMine(message) && !message.classList.contains("is-poll"),
      act: edit,
    },
    delete: {
      isOffered: (message) => isMine(message) || Boolean(me.moderates),
      act: askAndRemove,
    },
    "copy-text": {
      isOffered: (message) => Boolean(message.querySelector(".body > *")),
      act: copyText,
    },
  };
}
