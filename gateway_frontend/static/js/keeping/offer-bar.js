/** A line at the lower edge, for some seconds: what was done, and a button that goes on from there. */

import { draw, one } from "../core/dom.js";
import { _ } from "../core/language.js";

const SECONDS = 8;

/** @type {(() => void) | null} removes the line that is shown */
let close = null;

/**
 * The line stays while it is pointed at or focused.
 *
 * @param {object} parts
 * @param {string} parts.words
 * @param {string} parts.verb on the button
 * @param {() => unknown} parts.act
 * @param {boolean} [parts.undoes] whether Ctrl-Z does the same, while no text is being written
 */
export function showOffer({ words, verb, act, undoes = false }) {
  close?.();
  const bar = draw("offer-template", { span: words, button: verb });
  const button = one(bar, "button");
  if (undoes)
    Object.assign(button, {
      ariaKeyShortcuts: "Control+Z",
      title: _("%(verb)s (Ctrl Z)", { verb }),
    });
  const listening = new AbortController();
  const { signal } = listening;
  /** @type {number | undefined} */
  let timer;

  function wait() {
    clearTimeout(timer);
    timer = setTimeout(end, SECONDS * 1000);
  }

  function end() {
    clearTimeout(timer);
    listening.abort();
    bar.remove();
    if (close === end) close = null;
  }

  function press() {
    end();
    act();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const isUndo = event.key.toLowerCase() === "z" && (event.ctrlKey || event.metaKey);
    if (!isUndo || event.shiftKey || isWriting(event.target)) return;
    event.preventDefault();
    press();
  }

  close = end;
  button.addEventListener("click", press);
  for (const type of ["pointerenter", "focusin"])
    bar.addEventListener(type, () => clearTimeout(timer));
  for (const type of ["pointerleave", "focusout"]) bar.addEventListener(type, wait);
  if (undoes) document.addEventListener("keydown", pressed, { signal });
  document.body.append(bar);
  wait();
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  const isField = target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement;
  return isField && target.value !== "";
}
