/** Actions on the text of messages: show spoilers, copy code. */

import { copyText } from "../core/copying.js";
import { all, closest, draw, fill } from "../core/dom.js";
import { _ } from "../core/language.js";

const COPIED = 2000; // ms for which a button says that it copied

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {(words: string) => void} parts.say to screen readers
 * @param {ShowError} parts.showError
 */
export function createMessageText({ log, say, showError }) {
  /**
   * The first press shows the text, and does nothing else: a link in it may lead anywhere.
   *
   * @param {Event} event
   */
  function show(event) {
    const spoiler = closest(event.target, '.spoiler[role="button"]');
    if (!spoiler) return;
    event.preventDefault();
    event.stopPropagation();
    for (const name of ["role", "aria-expanded", "aria-label"]) spoiler.removeAttribute(name);
    spoiler.tabIndex = -1; // keeps the focus
    spoiler.classList.add("shown");
    say(_("Spoiler: %(text)s", { text: spoiler.textContent }));
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const isPress = event.key === "Enter" || event.key === " ";
    if (isPress && closest(event.target, ".spoiler")) show(event);
  }

  /**
   * Buttons beside code, once somebody comes to the message.
   *
   * @param {Event} event
   */
  function offerCopies(event) {
    const message = closest(event.target, ".message");
    if (!message) return;
    for (const code of all(message, ".body pre"))
      if (!code.previousElementSibling?.matches(".copy-code"))
        code.before(draw("copy-code-template"));
  }

  /** @param {MouseEvent} event */
  async function clicked(event) {
    const button = closest(event.target, ".copy-code");
    if (!button) return;
    const code = button.nextElementSibling?.textContent ?? "";
    try {
      await copyText(code.replace(/\n$/, ""));
    } catch (problem) {
      showError(problem.message);
      return;
    }
    button.classList.add("done");
    fill(button, { "[role=status]": _("Copied") });
    setTimeout(() => {
      button.classList.remove("done");
      fill(button, { "[role=status]": "" });
    }, COPIED);
  }

  log.addEventListener("click", show, { capture: true });
  log.addEventListener("keydown", pressed);
  log.addEventListener("click", clicked);
  log.addEventListener("pointerover", offerCopies);
  log.addEventListener("focusin", offerCopies);
}
