/** The dialog that reports a message to the administrators, with a reason. */

import { call } from "../core/api.js";
import { actionOf, draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { showOffer } from "./offer-bar.js";

/** @param {HTMLElement} message */
export function report(message) {
  const dialog = draw("report-template");
  const form = one(dialog, "form", HTMLFormElement);
  const reason = one(dialog, "textarea", HTMLTextAreaElement);
  const submit = one(dialog, "[type=submit]", HTMLButtonElement);

  /** @param {SubmitEvent} event */
  async function submitted(event) {
    event.preventDefault();
    const text = reason.value.trim();
    if (!text) return refuse(_("Write what is wrong with the message."));
    submit.disabled = true;
    try {
      await call("POST", `/api/messages/${message.dataset.id}/report`, { reason: text });
      dialog.close();
      showOffer({ words: _("Reported to the administrators."), verb: _("Close"), act: () => {} });
    } catch (problem) {
      refuse(problem.message);
    } finally {
      submit.disabled = false;
    }
    return undefined;
  }

  /** @param {string} words */
  function refuse(words) {
    fill(dialog, { "p.wrong": { hidden: false, textContent: words } });
    reason.focus();
  }

  form.addEventListener("submit", submitted);
  dialog.addEventListener("click", (event) => {
    if (actionOf(event) === "cancel" || event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => {
    dialog.remove();
    message.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}
