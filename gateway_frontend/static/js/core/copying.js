/** Copy buttons beside secrets and links; without the clipboard they stay hidden. */

import { all } from "./dom.js";

export function offerCopying() {
  if (!navigator.clipboard) return;
  for (const button of all(document, "[data-copy]", HTMLButtonElement)) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling?.textContent ?? "");
      button.textContent = "Copied";
    });
  }
}
