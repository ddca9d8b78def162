/**
 * Every shortcut of the app. Keys are looked up here when they are pressed, and the sheet of shortcuts shows this table.
 *
 * `Mod` is Ctrl, or Command on a Mac. A shortcut of a message has the name of an action of `message-tools.js`.
 */

import { _, pgettext } from "../core/language.js";

/** @typedef {{keys: string[], words: string}} Shortcut */

export const SHORTCUTS = {
  anywhere: {
    find: { keys: ["Mod+K"], words: _("Find or jump") },
    previous: { keys: ["Alt+ArrowUp"], words: _("Previous conversation") },
    next: { keys: ["Alt+ArrowDown"], words: _("Next conversation") },
    previousUnread: { keys: ["Alt+Shift+ArrowUp"], words: _("Previous unread conversation") },
    nextUnread: { keys: ["Alt+Shift+ArrowDown"], words: _("Next unread conversation") },
    readHere: { keys: ["Escape"], words: _("Mark this conversation as read") },
    readAll: { keys: ["Shift+Escape"], words: _("Mark all conversations as read") },
    showShortcuts: { keys: ["?", "Mod+/"], words: _("Show these shortcuts") },
  },
  composer: {
    send: { keys: ["Enter"], words: _("Send") },
    newLine: { keys: ["Shift+Enter"], words: _("New line") },
    bold: { keys: ["Mod+B"], words: _("Bold") },
    italic: { keys: ["Mod+I"], words: _("Italic") },
    strike: { keys: ["Mod+Shift+X"], words: _("Strikethrough") },
    link: { keys: ["Mod+K"], words: _("Link, while text is selected") },
    editLast: { keys: ["ArrowUp"], words: _("Edit your last message, while the box is empty") },
    pageUp: { keys: ["PageUp"], words: _("Earlier messages") },
    pageDown: { keys: ["PageDown"], words: _("Later messages") },
  },
  message: {
    up: { keys: ["ArrowUp"], words: _("Message above") },
    down: { keys: ["ArrowDown"], words: _("Message below") },
    react: { keys: [":"], words: _("React") },
    reply: { keys: ["T"], words: _("Reply in thread") },
    quote: { keys: ["Q"], words: _("Quote") },
    edit: { keys: ["E"], words: _("Edit") },
    delete: { keys: ["Delete"], words: _("Delete") },
    "mark-unread": { keys: ["U"], words: _("Mark as unread from here") },
    pin: { keys: ["P"], words: _("Pin") },
    save: { keys: ["S"], words: _("Save") },
    forward: { keys: ["F"], words: _("Forward") },
  },
};

/** The headings of the sheet. */
export const GROUPS = {
  anywhere: _("Everywhere"),
  composer: _("While writing"),
  message: _("On a message (arrow keys in the list of messages lead there)"),
};

const IS_MAC = navigator.platform.startsWith("Mac");
const SIGNS = /** @type {Record<string, string>} */ ({
  ArrowUp: "↑",
  ArrowDown: "↓",
  Enter: pgettext("key", "Enter"),
  Shift: pgettext("key", "Shift"),
  Delete: pgettext("key", "Delete"),
  Escape: pgettext("key", "Esc"),
  Mod: IS_MAC ? "⌘" : pgettext("key", "Ctrl"),
  Alt: IS_MAC ? "⌥" : "Alt",
  PageUp: pgettext("key", "Page ↑"),
  PageDown: pgettext("key", "Page ↓"),
});

/**
 * The name of the shortcut that was pressed, or null.
 *
 * @template {keyof typeof SHORTCUTS} Group
 * @param {KeyboardEvent} event
 * @param {Group} group
 * @returns {keyof (typeof SHORTCUTS)[Group] | null}
 */
export function shortcutOf(event, group) {
  const shortcuts = /** @type {[any, Shortcut][]} */ (Object.entries(SHORTCUTS[group]));
  const found = shortcuts.find(([, { keys }]) => keys.some((key) => isPressed(event, key)));
  return found ? found[0] : null;
}

/**
 * `["Ctrl", "K"]` for `Mod+K`.
 *
 * @param {string} key
 */
export function signsOf(key) {
  return key.split("+").map((part) => SIGNS[part] ?? part);
}

/**
 * @param {KeyboardEvent} event
 * @param {string} wanted
 */
function isPressed(event, wanted) {
  const parts = wanted.split("+");
  const key = parts.pop() ?? "";
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase();
  return (
    event.key.toLowerCase() === key.toLowerCase() &&
    (event.ctrlKey || event.metaKey) === parts.includes("Mod") &&
    event.altKey === parts.includes("Alt") &&
    (isSign || event.shiftKey === parts.includes("Shift")) // some keyboards have "?" behind Shift
  );
}
