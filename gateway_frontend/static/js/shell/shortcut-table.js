/**
 * The keys of every shortcut of the app, looked up when they are pressed. `shortcut-words.js` says what they do.
 *
 * `Mod` is Ctrl, or Command on a Mac. A shortcut of a message has the name of an action of `message-tools.js`.
 */

export const SHORTCUTS = {
  anywhere: {
    find: ["Mod+K"],
    previous: ["Alt+ArrowUp"],
    next: ["Alt+ArrowDown"],
    previousUnread: ["Alt+Shift+ArrowUp"],
    nextUnread: ["Alt+Shift+ArrowDown"],
    readHere: ["Escape"],
    readAll: ["Shift+Escape"],
    showShortcuts: ["?", "Mod+/"],
  },
  composer: {
    send: ["Enter"],
    newLine: ["Shift+Enter"],
    bold: ["Mod+B"],
    italic: ["Mod+I"],
    strike: ["Mod+Shift+X"],
    link: ["Mod+K"],
    editLast: ["ArrowUp"],
    pageUp: ["PageUp"],
    pageDown: ["PageDown"],
  },
  message: {
    up: ["ArrowUp"],
    down: ["ArrowDown"],
    react: [":"],
    reply: ["T"],
    quote: ["Q"],
    edit: ["E"],
    delete: ["Delete"],
    "mark-unread": ["U"],
    pin: ["P"],
    save: ["S"],
    forward: ["F"],
  },
};

/**
 * The name of the shortcut that was pressed, or null.
 *
 * @template {keyof typeof SHORTCUTS} Group
 * @param {KeyboardEvent} event
 * @param {Group} group
 * @returns {keyof (typeof SHORTCUTS)[Group] | null}
 */
export function shortcutOf(event, group) {
  const shortcuts = /** @type {[any, string[]][]} */ (Object.entries(SHORTCUTS[group]));
  const found = shortcuts.find(([, keys]) => keys.some((key) => isPressed(event, key)));
  return found ? found[0] : null;
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
