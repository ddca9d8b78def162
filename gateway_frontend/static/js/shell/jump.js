/** Ctrl-K: a dialog over the page that finds conversations, people and messages. Without scripts there is `/app/find`. */

import { find, isPlainClick } from "../core/dom.js";

const PRELOAD_AFTER = 2000; // ms: soon enough for the first keys typed into the dialog

/**
 * @typedef {object} JumpParts
 * @property {Reader} me
 * @property {() => ConversationSummary[]} conversations all that are known here, with their unread counts
 * @property {(q: string, limit: number) => Promise<Person[]>} fetchPeople
 * @property {(q: string, limit: number) => Promise<ConversationSummary[]>} fetchRooms public ones, joined or not
 * @property {(q: string, limit: number, signal: AbortSignal) => Promise<FoundMessage[]>} fetchMessages
 * @property {(root: ParentNode) => void} shown is called with each new list
 * @property {(url: string) => void} go opens a page
 */

/**
 * Opens the dialog by the link in the sidebar, and by its shortcut.
 *
 * @param {JumpParts} parts
 */
export function createJump(parts) {
  /** @type {HTMLDialogElement | null} */
  let dialog = null;
  let isOpening = false;
  let words = ""; // typed while the dialog's script is loaded

  async function open() {
    if (isOpening) return;
    isOpening = true;
    words = "";
    document.addEventListener("keydown", keepWords, { capture: true });
    try {
      const { openJumpDialog } = await import("./jump-dialog.js");
      dialog = openJumpDialog(parts, words);
      dialog.addEventListener("close", () => {
        dialog = null;
      });
    } finally {
      document.removeEventListener("keydown", keepWords, { capture: true });
      isOpening = false;
    }
  }

  /** @param {KeyboardEvent} event */
  function keepWords(event) {
    const { key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (key.length === 1) words += key;
    else if (key === "Backspace") words = words.slice(0, -1);
    else if (key !== "Enter") return;
    event.preventDefault();
    event.stopPropagation();
  }

  function toggle() {
    if (dialog) dialog.close();
    else if (!document.querySelector("dialog[open]")) open();
  }

  find(document, "a.jump")?.addEventListener("click", (event) => {
    if (!isPlainClick(event)) return;
    event.preventDefault();
    open();
  });
  // A failure does not matter: opening it loads it again.
  setTimeout(() => import("./jump-dialog.js").catch(() => {}), PRELOAD_AFTER);
  return { toggle };
}
