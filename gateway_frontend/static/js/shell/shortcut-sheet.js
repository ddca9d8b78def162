/** The sheet of shortcuts, drawn from the table by which they work. */

import { OWN_COMMANDS } from "../commands/own-commands.js";
import { actionOf, draw, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { SHORTCUTS } from "./shortcut-table.js";
import { GROUPS, signsOf, WORDS } from "./shortcut-words.js";

export function openSheet() {
  const dialog = draw("shortcuts-template");
  one(dialog, ".groups").append(
    ...Object.keys(GROUPS).map(/** @type {any} */ (drawGroup)),
    drawCommands(),
  );
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || actionOf(event) === "close") dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

/** @param {keyof typeof SHORTCUTS} name */
function drawGroup(name) {
  const group = draw("shortcut-group-template", { h3: GROUPS[name] });
  const shortcuts = /** @type {[any, string[]][]} */ (Object.entries(SHORTCUTS[name]));
  one(group, "dl").append(
    ...shortcuts.map(([action, keys]) =>
      drawShortcut(keys, WORDS[name][/** @type {never} */ (action)]),
    ),
  );
  return group;
}

function drawCommands() {
  const group = draw("shortcut-group-template", { h3: _("At the beginning of a message") });
  const rows = OWN_COMMANDS.map(({ name, usage, description }) =>
    draw("shortcut-template", { dt: description, dd: `/${name} ${usage}`.trim() }),
  );
  one(group, "dl").append(...rows);
  return group;
}

/**
 * @param {string[]} keys
 * @param {string} words
 */
function drawShortcut(keys, words) {
  const row = draw("shortcut-template", { dt: words });
  one(row, "dd").replaceChildren(
    ...keys.flatMap((key, index) => [...(index ? [` ${_("or")} `] : []), ...drawKey(key)]),
  );
  return row;
}

/** @param {string} key */
function drawKey(key) {
  return signsOf(key).map((sign) => {
    const element = document.createElement("kbd");
    element.textContent = sign;
    return element;
  });
}
