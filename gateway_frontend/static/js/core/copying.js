/** Copy buttons beside secrets and links; without the clipboard they stay hidden. */

export function offerCopying() {
  if (!navigator.clipboard) return;
  /** @type {NodeListOf<HTMLButtonElement>} */
  const buttons = document.querySelectorAll("[data-copy]");
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.previousElementSibling?.textContent ?? "");
      button.textContent = "Copied";
    });
  }
}
