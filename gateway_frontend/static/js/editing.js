/** Editing and deleting one's own messages in their place, by pointer and by keyboard. */

import { fit } from "./composer.js";

/**
 * `root` is the conversation's element; `fetchMessage(id)`, `save(id, content)` and `remove(id)` call the API;
 * `failed(words)` says what went wrong.
 */
export function createEditing({ root, me, fetchMessage, save, remove, confirm, failed }) {
  const log = root.querySelector(".log");
  const tools = document.getElementById("tools-template").content.firstElementChild.cloneNode(true);

  /** The tools are one element, which goes to the message that is pointed at or focused. */
  function offerTools(event) {
    const message = event.target.closest?.(".message");
    if (!message || message === tools.parentElement || tools.contains(document.activeElement)) return;
    if (isMine(message)) message.append(tools);
    else tools.remove();
  }

  async function edit(message) {
    if (message.classList.contains("is-poll")) return; // people voted on what it says
    const { content } = await fetchMessage(message.dataset.id);
    if (message.querySelector(".editor")) return;
    const editor = document.getElementById("editor-template").content.firstElementChild.cloneNode(true);
    const box = editor.querySelector("textarea");
    const body = message.querySelector(".body");
    const finish = () => {
      editor.remove();
      body.hidden = false;
      message.classList.remove("editing");
    };
    const submit = async () => {
      const text = box.value.trim();
      if (text && text !== content) await save(message.dataset.id, text);
      finish();
      message.focus();
    };
    box.value = content;
    body.hidden = true;
    message.classList.add("editing");
    body.after(editor);
    fit(box);
    box.focus();
    editor.addEventListener("submit", (event) => { event.preventDefault(); submit().catch((problem) => failed(problem.message)); });
    editor.querySelector("[data-action=cancel]").addEventListener("click", () => { finish(); message.focus(); });
    box.addEventListener("input", () => fit(box));
    box.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Escape") { finish(); message.focus(); }
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); editor.requestSubmit(); }
    });
  }

  async function askAndRemove(message) {
    if (await confirm("Delete this message?", "Everybody in the conversation will see that it is gone.", "Delete")) {
      await remove(message.dataset.id);
    }
    message.focus();
  }

  function act(action, message) {
    const doing = action === "edit" ? edit(message) : askAndRemove(message);
    doing.catch((problem) => failed(problem.message));
  }

  /** Arrows walk through the messages; on one's own, E edits and Delete deletes. */
  function pressed(event) {
    const message = event.target.closest(".message");
    if (event.target !== log && event.target !== message) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step) {
      event.preventDefault();
      neighbour(message, step)?.focus();
    } else if (message && isMine(message) && !event.ctrlKey && !event.metaKey) {
      if (event.key === "e") act("edit", message);
      else if (event.key === "Delete" || event.key === "Backspace") act("delete", message);
      else return;
      event.preventDefault();
    }
  }

  function neighbour(message, step) {
    const all = Array.from(log.querySelectorAll(".message"));
    return message ? all[all.indexOf(message) + step] : all[all.length - 1];
  }

  function isMine(message) {
    return message.dataset.author === String(me.id) && message.dataset.seq && !message.classList.contains("deleted");
  }

  tools.addEventListener("click", (event) => {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action) act(action, tools.parentElement);
  });
  log.addEventListener("pointerover", offerTools);
  log.addEventListener("focusin", offerTools);
  log.addEventListener("keydown", pressed);
  return { edit: (message) => act("edit", message) };
}
