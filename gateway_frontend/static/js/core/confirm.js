/** A question that must be answered before something is done that cannot be undone. */

import { draw } from "./dom.js";

/** @type {Confirm} */
export function confirm(question, detail, verb) {
  const dialog = draw("confirm-template", { h2: question, p: detail, "[value=yes]": verb });
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "yes");
      dialog.remove();
    });
  });
}
