/** The descriptions of the shortcuts and the names of their keys, for the sheet. */

import { _, pgettext } from "../core/language.js";

/** @typedef {typeof import("./shortcut-table.js").SHORTCUTS} Shortcuts */

/** @type {{[Group in keyof Shortcuts]: Record<keyof Shortcuts[Group], string>}} */
export const WORDS = {
  anywhere: {
    find: _("Find or jump"),
    previous: _("Previous conversation"),
    next: _("Next conversation"),
    previousUnread: _("Previous unread conversation"),
    nextUnread: _("Next unread conversation"),
    readHere: _("Mark this conversation as read"),
    readAll: _("Mark all conversations as read"),
    showShortcuts: _("Show these shortcuts"),
  },
  composer: {
    send: _("Send"),
    newLine: _("New line"),
    bold: _("Bold"),
    italic: _("Italic"),
    strike: _("Strikethrough"),
    link: _("Link, while text is selected"),
    editLast: _("Edit your last message, while the box is empty"),
    pageUp: _("Earlier messages"),
    pageDown: _("Later messages"),
  },
  message: {
    up: _("Message above"),
    down: _("Message below"),
    react: _("React"),
    reply: _("Reply in thread"),
    quote: _("Quote"),
    edit: _("Edit"),
    delete: _("Delete"),
    "mark-unread": _("Mark as unread from here"),
    pin: _("Pin"),
    save: _("Save"),
    forward: _("Forward"),
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
 * `["Ctrl", "K"]` for `Mod+K`.
 *
 * @param {string} key
 */
export function signsOf(key) {
  return key.split("+").map((part) => SIGNS[part] ?? part);
}
