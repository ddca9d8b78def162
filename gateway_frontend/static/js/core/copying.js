/** Copying text, and the copy buttons beside secrets and links. */

import { all } from "./dom.js";

/**
 * The clipboard exists in secure contexts only; a chat on a home network has none, and copies a selection instead.
 *
 * @param {string} text
 */
export async function copyText(text) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text);
  const focused = document.activeElement;
  const box = document.createElement("textarea");
  box.value = text;
  box.className = "out-of-sight";
  document.body.append(box);
  box.select();
  const isCopied = document.execCommand("copy");
  box.remove();
  if (focused instanceof HTMLElement) focused.focus();
  if (!isCopied) throw new Error("The browser does not let this page copy.");
  return undefined;
}

export function offerCopying() {
  for (const button of all(document, "[data-copy]", HTMLButtonElement)) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await copyText(button.previousElementSibling?.textContent ?? "");
      button.textContent = "Copied";
    });
  }
}
