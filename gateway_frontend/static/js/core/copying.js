/** Copying text, and the copy buttons beside secrets and links. */

import { all } from "./dom.js";
import { _ } from "./language.js";

/**
 * The clipboard exists in secure contexts only; a chat on a home network has none, and copies a selection instead.
 *
 * @param {string} text
 */
export async function copyText(text) {
  const clipboard = /** @type {Clipboard | undefined} */ (navigator.clipboard);
  const isWritten = await clipboard?.writeText(text).then(
    () => true,
    () => false,
  );
  if (!isWritten && !copySelected(text))
    throw new Error(_("The browser does not let this page copy."));
}

/** @param {string} text */
function copySelected(text) {
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "out-of-sight";
  document.body.append(box);
  box.select();
  const isCopied = document.execCommand("copy");
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  return isCopied;
}

export function offerCopying() {
  for (const button of all(document, "[data-copy]", HTMLButtonElement)) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copyText(button.previousElementSibling?.textContent ?? "");
      button.textContent = _("Copied");
    });
  }
}
