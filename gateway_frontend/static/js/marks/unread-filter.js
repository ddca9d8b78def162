/** "Unread only": the list on the left without what is read; each device remembers it. */

import { all, closest } from "../core/dom.js";

const UNREAD_ONLY = "parley-unread-only";

/**
 * @param {HTMLElement} root
 * @param {() => void} changed is called when entries appeared or disappeared
 */
export function createUnreadFilter(root, changed) {
  /** @param {boolean} isOn */
  function show(isOn) {
    root.classList.toggle("unread-only", isOn);
    for (const button of all(root, "[data-action=unread-only][aria-pressed]"))
      button.setAttribute("aria-pressed", String(isOn));
    changed();
  }

  root.addEventListener("click", (event) => {
    if (!closest(event.target, "[data-action=unread-only]")) return;
    const isOn = !root.classList.contains("unread-only");
    if (isOn) localStorage.setItem(UNREAD_ONLY, "yes");
    else localStorage.removeItem(UNREAD_ONLY);
    show(isOn);
  });
  show(localStorage.getItem(UNREAD_ONLY) !== null);
}
