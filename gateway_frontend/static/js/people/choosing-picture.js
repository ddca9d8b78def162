/** A chosen profile picture is cut to a square before it is stored. */

import { find, one } from "../core/dom.js";

export function cropChosenPicture() {
  const form = find(document, "form[data-crop]", HTMLFormElement);
  if (!form) return;
  const input = one(form, "input[type=file]", HTMLInputElement);
  one(form, "button").hidden = true; // a chosen file opens the dialog
  input.addEventListener("change", async () => {
    const file = input.files?.[0];
    if (!file) return;
    try {
      const { cropAndSave } = await import("./crop.js");
      await cropAndSave(file, form.dataset.crop ?? "");
    } catch {
      form.requestSubmit(); // the server says what is wrong with the file
    }
    input.value = "";
  });
}
