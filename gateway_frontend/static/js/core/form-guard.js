/** Forms that ask before they do something that cannot be undone, and that need the network. */

import { _ } from "./language.js";

/**
 * A form with `data-ask` is sent after the person agreed.
 *
 * @param {object} parts
 * @param {Confirm} parts.confirm
 * @param {ShowError} parts.showError
 */
export function guardForms({ confirm, showError }) {
  /** @type {WeakSet<HTMLFormElement>} */
  const agreed = new WeakSet();

  /** @param {SubmitEvent} event */
  async function submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (event.defaultPrevented || form.method === "dialog") return;
    if (!navigator.onLine) {
      event.preventDefault();
      showError(_("This needs the network. Try again when you are online."));
    } else if (form.dataset.ask && !agreed.delete(form)) {
      event.preventDefault();
      const { ask, askAbout = "", askVerb = "" } = form.dataset;
      if (!(await confirm(ask, askAbout, askVerb))) return;
      agreed.add(form);
      form.requestSubmit(event.submitter);
    }
  }

  document.addEventListener("submit", submitted);
}
