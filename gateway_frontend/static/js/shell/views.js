/** The entries above the list of conversations: pages such as drafts or saved messages, with their counts. */

import { all, one } from "../core/dom.js";
import { fillCount } from "./sidebar.js";

/** @param {HTMLElement} root */
export function createViews(root) {
  /**
   * @param {string} name as in the entry's `data-view`
   * @param {number} count
   */
  function showCount(name, count) {
    fillCount(one(root, `[data-view="${name}"] .count`), count);
  }

  /** Another page is open: mark the entry that leads to it. */
  function opened() {
    for (const link of all(root, ".views a", HTMLAnchorElement)) {
      if (link.pathname === location.pathname) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  return { showCount, opened };
}
