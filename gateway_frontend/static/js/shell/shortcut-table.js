/**
 * Every shortcut of the app. Keys are looked up here when they are pressed, and the sheet of shortcuts shows this table.
 *
 * `Mod` is Ctrl, or Command on a Mac. A shortcut of a message has the name of an action of `message-tools.js`.
 */

/** @typedef {{keys: string[], words: string}} Shortcut */

export const SHORTCUTS = {
  anywhere: {
    find: { keys: ["Mod+K"], words: "Find or jump" },
    previous: { keys: ["Alt+ArrowUp"], words: "Previous conversation" },
    next: { keys: ["Alt+ArrowDown"], words: "Next conversation" },
    previousUnread: { keys: ["Alt+Shift+ArrowUp"], words: "Previous unread conversation" },
    nextUnread: { keys: ["Alt+Shift+ArrowDown"], words: "Next unread conversation" },
    readHere: { keys: ["Escape"], words: "Mark this conversation as read" },
    readAll: { keys: ["Shift+Escape"], words: "Mark all conversations as read" },
    showShortcuts: { keys: ["?", "Mod+/"], words: "Show these shortcuts" },
  },
  composer: {
    send: { keys: ["Enter"], words: "Send" },
    newLine: { keys: ["Shift+Enter"], words: "New line" },
    bold: { keys: ["Mod+B"], words: "Bold" },
    italic: { keys: ["Mod+I"], words: "Italic" },
    strike: { keys: ["Mod+Shift+X"], words: "Strikethrough" },
    link: { keys: ["Mod+K"], words: "Link, while text is selected" },
    editLast: { keys: ["ArrowUp"], words: "Edit your last message, while the box is empty" },
    pageUp: { keys: ["PageUp"], words: "Earlier messages" },
    pageDown: { keys: ["PageDown"], words: "Later messages" },
  },
  message: {
    up: { keys: ["ArrowUp"], words: "Message above" },
    down: { keys: ["ArrowDown"], words: "Message below" },
    react: { keys: [":"], words: "React" },
    reply: { keys: ["T"], words: "Reply in thread" },
    quote: { keys: ["Q"], words: "Quote" },
    edit: { keys: ["E"], words: "Edit" },
    delete: { keys: ["Delete"], words: "Delete" },
    "mark-unread": { keys: ["U"], words: "Mark as unread from here" },
    pin: { keys: ["P"], words: "Pin" },
    save: { keys: ["S"], words: "Save" },
    forward: { keys: ["F"], words: "Forward" },
  },
};

/** The headings of the sheet. */
export const GROUPS = {
  anywhere: "Everywhere",
  composer: "While writing",
  message: "On a message (arrow keys in the list of messages lead there)",
};

const IS_MAC = navigator.platform.startsWith("Mac");
const SIGNS = /** @type {Record<string, string>} */ ({
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Mod: IS_MAC ? "⌘" : "Ctrl",
  Alt: IS_MAC ? "⌥" : "Alt",
  PageUp: "Page ↑",
  PageDown: "Page ↓",
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
