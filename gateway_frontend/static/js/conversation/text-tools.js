/** Helps to write: buttons and keys for formatting, an emoji button, and pasted web pages as Markdown. */

import { all, closest, find, one } from "../core/dom.js";
import { endsInCode, replaceText } from "../core/text-box.js";
import { chooseEmoji } from "../emoji/choose-emoji.js";
import { rememberEmoji } from "../emoji/emoji-habits.js";
import { shortcutOf } from "../shell/shortcut-table.js";
import { formatEdit } from "./formatting.js";

const LONGEST_HTML = 500_000;
const FORMATTED = /<(?:a|b|strong|i|em|s|del|code|pre|h[1-6]|ul|ol|blockquote|table)[\s>]/i;

/**
 * @param {HTMLFormElement} form whose buttons name the format; it may have none
 * @param {ShowError} showError
 */
export function createTextTools(form, showError) {
  const box = one(form, "textarea", HTMLTextAreaElement);

  /** @param {string} format */
  function apply(format) {
    const { selectionStart, selectionEnd, value } = box;
    const known = /** @type {import("./formatting.js").Format} */ (format);
    const { start, end, insert, select } = formatEdit(known, value, selectionStart, selectionEnd);
    replaceText(box, start, end, insert);
    box.setSelectionRange(...select);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const name = shortcutOf(event, "composer");
    const isFormat = name === "bold" || name === "italic" || name === "strike" || name === "link";
    // Without a selection Ctrl-K finds conversations.
    if (!isFormat || (name === "link" && box.selectionStart === box.selectionEnd)) return;
    event.preventDefault();
    apply(name);
  }

  /** @param {HTMLElement} button */
  async function insertEmoji(button) {
    const { selectionStart, selectionEnd } = box;
    const emoji = await chooseEmoji(button).catch((problem) => showError(problem.message));
    box.focus();
    if (typeof emoji !== "string") return;
    rememberEmoji(emoji);
    replaceText(box, selectionStart, selectionEnd, emoji);
  }

  /** @param {HTMLElement} button */
  function toggleFormats(button) {
    const isShown = form.classList.toggle("with-formats");
    button.setAttribute("aria-expanded", String(isShown));
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const button = closest(event.target, "button");
    if (!button) return;
    if (button.dataset.format) apply(button.dataset.format);
    if (button.dataset.action === "choose-emoji") insertEmoji(button);
    if (button.dataset.action === "show-formats") toggleFormats(button);
  }

  /** @param {ClipboardEvent} event */
  async function pasted(event) {
    const html = event.clipboardData?.getData("text/html") ?? "";
    const plain = event.clipboardData?.getData("text/plain") ?? "";
    const { selectionStart: start, selectionEnd: end, value } = box;
    const isFormatted = html.length <= LONGEST_HTML && FORMATTED.test(html);
    if (event.defaultPrevented || !isFormatted || endsInCode(value.slice(0, start))) return;
    event.preventDefault();
    const markdown = await convert(html, plain);
    if (box.value === value) replaceText(box, start, end, markdown);
  }

  form.addEventListener("click", clicked);
  box.addEventListener("keydown", pressed);
  box.addEventListener("paste", pasted);
  find(form, ".formats")?.addEventListener("keydown", moveInToolbar);
}

/**
 * Offline the text is pasted as it is.
 *
 * @param {string} html
 * @param {string} plain
 */
async function convert(html, plain) {
  try {
    const { markdownOf } = await import("./pasted-html.js");
    return markdownOf(html) || plain;
  } catch (error) {
    if (error instanceof TypeError) return plain;
    throw error;
  }
}

/**
 * Arrows move from button to button, as in every toolbar.
 *
 * @param {KeyboardEvent} event
 */
function moveInToolbar(event) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const toolbar = closest(event.target, ".formats");
  if (!step || !toolbar) return;
  event.preventDefault();
  const buttons = all(toolbar, "button");
  const at = buttons.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  buttons[(at + step + buttons.length) % buttons.length].focus();
}
