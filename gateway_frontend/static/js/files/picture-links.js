/** Pictures open in the viewer, which is loaded when it is first needed. */

import { all, closest, isPlainClick } from "../core/dom.js";

/**
 * Pictures in `root` open here instead of in a tab of their own.
 *
 * @param {HTMLElement} root
 */
export function openPicturesHere(root) {
  root.addEventListener("click", async (event) => {
    const picture = closest(event.target, ".picture", HTMLAnchorElement);
    if (!picture || !isPlainClick(event)) return;
    event.preventDefault();
    const { openViewer } = await import("./viewer.js");
    openViewer(all(root, ".message .picture", HTMLAnchorElement), picture);
  });
}
