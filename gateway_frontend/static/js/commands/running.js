/** Slash commands: `/deploy staging` is run, and its answer is shown above the composer. */

import { call } from "../core/api.js";
import { actionOf, draw, fill, find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { OWN_COMMANDS } from "./own-commands.js";

/**
 * @param {string} text
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {Target} parts.target
 * @param {(text: string) => void} parts.restoreText puts what was typed back into the composer
 * @param {(text: string) => Promise<void>} parts.sendText sends a message instead
 * @param {ShowError} parts.showError
 */
export async function runCommand(text, { root, target, restoreText, sendText, showError }) {
  const { conversation_id: id, reply_to: replyTo } = target;
  const [, name, argument] = /^\/(\S+)\s*(.*)$/s.exec(text.trim()) ?? [];
  const own = OWN_COMMANDS.find((each) => each.name === name.toLowerCase());
  if (!id && (!own?.run || own.isHere)) {
    restoreText(text);
    return showError(_("Commands work once the conversation has begun."));
  }
  const bar = showBar(root, text);
  try {
    if (own?.run) {
      const words = await own.run(argument, { id: id ?? 0, sendText });
      if (words) one(bar, ".body").textContent = words;
      else bar.remove();
      return undefined;
    }
    const body = { text, reply_to: replyTo };
    const answer = await call("POST", `/api/conversations/${id}/commands`, body);
    if (answer.message) bar.remove();
    else one(bar, ".body").innerHTML = answer.html; // made safe by the server, as messages are
  } catch (problem) {
    bar.remove();
    restoreText(text);
    showError(problem.message);
  }
  return undefined;
}

/**
 * @param {HTMLElement} root
 * @param {string} text
 */
function showBar(root, text) {
  find(root, ".command-answer")?.remove();
  const bar = draw("command-answer-template");
  fill(bar, { ".typed": text, ".body": _("Waiting for the answer…") });
  bar.addEventListener("click", (event) => {
    if (actionOf(event) !== "close-answer") return;
    bar.remove();
    find(root, "form.box textarea")?.focus();
  });
  one(root, ".foot").prepend(bar);
  return bar;
}
