/** The form that replaces the text of a message while it is edited. */

import { draw, one } from "../core/dom.js";
import { createCompletion } from "./completion.js";
import { fit } from "./composer.js";
import { createTextTools } from "./text-tools.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.message
 * @param {string} parts.content
 * @param {(text: string) => Promise<unknown>} parts.save
 * @param {() => void} parts.closed
 * @param {import("./completion.js").Trigger[]} parts.triggers of the completion
 * @param {ShowError} parts.showError
 */
export function openEditor({ message, content, save, closed, triggers, showError }) {
  if (message.querySelector(".editor")) return;
  const editor = draw("editor-template");
  const box = one(editor, "textarea", HTMLTextAreaElement);
  const body = one(message, ".body");

  function close() {
    editor.remove();
    body.hidden = false;
    message.classList.remove("editing");
    closed();
  }

  async function submit() {
    const text = box.value.trim();
    if (text && text !== content) await save(text);
    close();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    event.stopPropagation();
    if (event.key === "Escape") close();
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    editor.requestSubmit();
  }

  editor.addEventListener("submit", (event) => {
    event.preventDefault();
    submit().catch((problem) => showError(problem.message));
  });
  one(editor, "[data-action=cancel]").addEventListener("click", close);
  createCompletion(box, triggers);
  createTextTools(editor, showError);
  box.addEventListener("input", () => fit(box));
  box.addEventListener("keydown", pressed);
  box.value = content;
  body.hidden = true;
  message.classList.add("editing");
  body.after(editor);
  fit(box);
  box.focus();
}
