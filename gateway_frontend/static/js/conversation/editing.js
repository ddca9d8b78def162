/** Editing and deleting messages in their place, by pointer and by keyboard. */

import { fit } from "./composer.js";

/**
 * `root` is the conversation's element; `fetchMessage(id)`, `save(id, content)` and `remove(id)` call the API;
 * `failed(words)` shows an error. `me.moderates`: this person may delete others' messages, too.
 */
export function createEditing({ root, me, fetchMessage, save, remove, confirm, failed }) {
  const log = root.querySelector(".log");
  const tools = document.getElementById("tools-template").content.firstElementChild.cloneNode(true);
  let reached = null; // the message to which arrow keys led: only there letters are commands

  /** The tools are one element, which goes to the message that is pointed at or focused. */
  function offerTools(event) {
    const message = event.target.closest?.(".message");
    if (!message || tools.contains(document.activeElement)) return;
    if (!mayDelete(message)) return tools.remove();
    tools.querySelector("[data-action=edit]").hidden = !mayEdit(message);
    if (message !== tools.parentElement) message.append(tools);
  }

  /** `focusAfter` gets the focus when the editor closes. */
  async function edit(message, focusAfter) {
    const { content } = await fetchMessage(message.dataset.id);
    if (message.querySelector(".editor")) return;
    const editor = document
      .getElementById("editor-template")
      .content.firstElementChild.cloneNode(true);
    const box = editor.querySelector("textarea");
    const body = message.querySelector(".body");
    const finish = () => {
      editor.remove();
      body.hidden = false;
      message.classList.remove("editing");
      reached = null; // what is typed next is no command
      focusAfter.focus();
    };
    const submit = async () => {
      const text = box.value.trim();
      if (text && text !== content) await save(message.dataset.id, text);
      finish();
    };
    box.value = content;
    body.hidden = true;
    message.classList.add("editing");
    body.after(editor);
    fit(box);
    box.focus();
    editor.addEventListener("submit", (event) => {
      event.preventDefault();
      submit().catch((problem) => failed(problem.message));
    });
    editor.querySelector("[data-action=cancel]").addEventListener("click", finish);
    box.addEventListener("input", () => fit(box));
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") finish();
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        editor.requestSubmit();
      }
    });
  }

  async function askAndRemove(message) {
    if (
      await confirm(
        "Delete this message?",
        "Everybody in the conversation will see that it is gone.",
        "Delete",
      )
    ) {
      await remove(message.dataset.id);
      tools.remove();
    }
    reached = null;
    message.focus();
  }

  function act(action, message, focusAfter = message) {
    const isAllowed = action === "edit" ? mayEdit(message) : mayDelete(message);
    if (!isAllowed) return tools.remove();
    const doing = action === "edit" ? edit(message, focusAfter) : askAndRemove(message);
    return doing.catch((problem) => failed(problem.message));
  }

  /** Arrows walk through the messages; on the one they lead to, E edits and Delete deletes. */
  function pressed(event) {
    const message = event.target.closest(".message");
    if (
      (event.target !== log && event.target !== message) ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      event.preventDefault();
      reached = neighbour(message, step) ?? reached;
      reached?.focus();
      return;
    }
    const action = { e: "edit", Delete: "delete" }[event.key];
    if (!action || !message || message !== reached) return;
    if (!(action === "edit" ? mayEdit(message) : mayDelete(message))) return;
    event.preventDefault();
    act(action, message);
  }

  function neighbour(message, step) {
    const all = Array.from(log.querySelectorAll(".message"));
    return message ? all[all.indexOf(message) + step] : all[all.length - 1];
  }

  /** People voted on what a poll says: it stays. */
  function mayEdit(message) {
    return (
      mayDelete(message) &&
      message.dataset.author === String(me.id) &&
      !message.classList.contains("is-poll")
    );
  }

  function mayDelete(message) {
    const isAllowed = message.dataset.author === String(me.id) || me.moderates;
    return isAllowed && Boolean(message.dataset.seq) && !message.classList.contains("deleted");
  }

  tools.addEventListener("click", (event) => {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action) act(action, tools.parentElement);
  });
  log.addEventListener("pointerover", offerTools);
  log.addEventListener("pointerdown", () => {
    reached = null;
  });
  log.addEventListener("focusin", offerTools);
  log.addEventListener("keydown", pressed);
  return {
    /** Edit a message from the composer, which gets the focus back. */
    edit: (message, focusAfter) => act("edit", message, focusAfter),
  };
}
