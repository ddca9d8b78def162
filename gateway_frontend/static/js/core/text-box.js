/** Changes of the text in a box that the browser's "undo" takes back. */

/** @typedef {HTMLTextAreaElement | HTMLInputElement} TextBox */

/**
 * Replace the characters from `start` to `end`; the caret stands after the new text.
 *
 * @param {TextBox} box
 * @param {number} start
 * @param {number} end
 * @param {string} text
 */
export function replaceText(box, start, end, text) {
  box.focus();
  box.setSelectionRange(start, end);
  const command = text ? "insertText" : "delete";
  if (start === end && !text) return;
  // Deprecated, but the only way that keeps the history of changes; the browser sends `input`.
  if (document.execCommand(command, false, text)) return;
  box.setRangeText(text, start, end, "end");
  box.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/**
 * Whether the text ends inside of code: after an opening fence, or an opening backtick of the same line.
 *
 * @param {string} text
 */
export function endsInCode(text) {
  const fences = text.match(/^ {0,3}(?:```|~~~)/gm) ?? [];
  if (fences.length % 2) return true;
  const line = text.slice(text.lastIndexOf("\n") + 1);
  return (line.match(/`/g) ?? []).length % 2 === 1;
}
