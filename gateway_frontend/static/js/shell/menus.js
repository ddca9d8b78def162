/** Menus that are `<details>`: a click elsewhere or Escape closes them. */

import { all, one } from "../core/dom.js";

const OPEN = "details.menu[open]";

export function createMenus() {
  document.addEventListener("click", ({ target }) => {
    for (const menu of all(document, OPEN, HTMLDetailsElement))
      if (!menu.contains(/** @type {Node} */ (target))) menu.open = false;
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
    for (const menu of all(document, OPEN, HTMLDetailsElement)) {
      event.preventDefault();
      menu.open = false;
      one(menu, "summary").focus();
    }
  });
}
