/** Editing and deleting messages in their place, by pointer and by keyboard. */

import { actionOf, all, closest, draw, one } from "../core/dom.js";
import { openEditor } from "./editor.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {Reader} parts.me who moderates may delete others' messages, too
 * @param {(id: string) => Promise<Message>} parts.fetchMessage
 * @param {(id: string, content: string) => Promise<unknown>} parts.save
 * @param {(id: string) => Promise<unknown>} parts.remove
 * @param {import("./completion.js").Trigger[]} parts.triggers of the completion
 * @param {Confirm} parts.confirm
 * @param {ShowError} parts.showError
 */
export function createEditing({
  log,
  me,
  fetchMessage,
  save,
  remove,
  triggers,
  confirm,
  showError,
}) {
  const tools = draw("tools-template");
  /** @type {HTMLElement | null} the message to which arrow keys led: only there are characters commands */
  let reached = null;

  /**
   * The tools are one element, which moves to the message that is pointed at or focused.
   *
   * @param {Event} event
   */
  function offerTools(event) {
    const message = closest(event.target, ".message");
    if (!message || tools.contains(document.activeElement)) return;
    if (!mayDelete(message)) return tools.remove();
    one(tools, "[data-action=edit]").hidden = !mayEdit(message);
    if (message !== tools.parentElement) message.append(tools);
  }

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
      closed() {
        reached = null; // the next key is no command
        focusAfter.focus();
      },
      showError,
    });
  }

  /** @param {HTMLElement} message */
  async function askAndRemove(message) {
    if (
      await confirm(
        "Delete this message?",
        "Everybody in the conversation will see that it is gone.",
        "Delete",
      )
    ) {
      await remove(message.dataset.id ?? "");
      tools.remove();
    }
    reached = null;
    message.focus();
  }

  /**
   * @param {string} action
   * @param {HTMLElement} message
   * @param {{focus(): void}} [focusAfter]
   */
  function act(action, message, focusAfter = message) {
    if (!isAllowed(action, message)) return tools.remove();
    const doing = action === "edit" ? edit(message, focusAfter) : askAndRemove(message);
    return doing.catch((problem) => showError(problem.message));
  }

  /**
   * Arrows move through the messages; on the message they lead to, E edits and Delete deletes.
   *
   * @param {KeyboardEvent} event
   */
  function pressed(event) {
    const message = closest(event.target, ".message");
    if (event.target !== log && event.target !== message) return;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (step) {
      event.preventDefault();
      reached = adjacent(message, step) ?? reached;
      reached?.focus();
      return;
    }
    const action = event.key === "e" ? "edit" : event.key === "Delete" ? "delete" : null;
    if (!action || !message || message !== reached || !isAllowed(action, message)) return;
    event.preventDefault();
    act(action, message);
  }

  /**
   * @param {HTMLElement | null} message
   * @param {number} step
   */
  function adjacent(message, step) {
    const messages = all(log, ".message");
    return message ? messages[messages.indexOf(message) + step] : messages.at(-1);
  }

  /**
   * @param {string} action
   * @param {HTMLElement} message
   */
  function isAllowed(action, message) {
    return action === "edit" ? mayEdit(message) : mayDelete(message);
  }

  /**
   * A poll cannot be edited: people voted on its text.
   *
   * @param {HTMLElement} message
   */
  function mayEdit(message) {
    return mayDelete(message) && isMine(message) && !message.classList.contains("is-poll");
  }

  /** @param {HTMLElement} message */
  function mayDelete(message) {
    const isStored = Boolean(message.dataset.seq) && !message.classList.contains("deleted");
    return isStored && (isMine(message) || Boolean(me.moderates));
  }

  /** @param {HTMLElement} message */
  function isMine(message) {
    return message.dataset.author === String(me.id);
  }

  tools.addEventListener("click", (event) => {
    const action = actionOf(event);
    if (action && tools.parentElement) act(action, tools.parentElement);
  });
  log.addEventListener("pointerover", offerTools);
  log.addEventListener("pointerdown", () => {
    reached = null;
  });
  log.addEventListener("focusin", offerTools);
  log.addEventListener("keydown", pressed);
  return {
    /**
     * Edit a message from the composer, which gets the focus back.
     *
     * @param {HTMLElement} message
     * @param {{focus(): void}} focusAfter
     */
    edit: (message, focusAfter) => act("edit", message, focusAfter),
  };
}
