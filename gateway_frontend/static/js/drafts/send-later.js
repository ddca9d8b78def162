/** The menu beside Send: when to send what is in the composer. Loaded when it is first opened. */

import { all, draw, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { fieldValue } from "../core/times.js";
import { offeredTimes } from "./send-times.js";

/**
 * Open the menu at its button; another press closes it.
 *
 * @param {HTMLElement} button
 * @param {(at: Date) => unknown} schedule
 */
export function openSendLater(button, schedule) {
  const menu = draw("later-template");
  for (const { label, hint, at } of offeredTimes(new Date()))
    addItem(menu, label, hint, () => schedule(at));
  addItem(menu, _("Choose date and time…"), "", () => chooseTime(schedule));
  button.after(menu);
  menu.addEventListener("keydown", moved);
  menu.addEventListener("toggle", (event) => {
    const isOpen = event.newState === "open";
    button.setAttribute("aria-expanded", String(isOpen));
    if (!isOpen) menu.remove();
  });
  menu.showPopover();
  const { top, right } = button.getBoundingClientRect();
  menu.style.top = `${Math.max(8, top - menu.offsetHeight - 8)}px`;
  menu.style.left = `${Math.max(8, right - menu.offsetWidth)}px`;
  one(menu, "button").focus();

  /** @param {KeyboardEvent} event */
  function moved(event) {
    if (event.key === "Tab") menu.hidePopover();
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!step) return;
    event.preventDefault();
    const items = all(menu, "button");
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    items[(at + step + items.length) % items.length].focus();
  }
}

/**
 * @param {HTMLElement} menu
 * @param {string} label
 * @param {string} hint
 * @param {() => unknown} act
 */
function addItem(menu, label, hint, act) {
  const item = draw("later-item-template", { ".label": label, small: hint });
  item.addEventListener("click", () => {
    menu.hidePopover();
    act();
  });
  menu.append(item);
}

/** @param {(at: Date) => unknown} schedule */
function chooseTime(schedule) {
  const dialog = draw("later-dialog-template");
  const field = one(dialog, "input", HTMLInputElement);
  const wrong = one(dialog, ".wrong");
  field.min = fieldValue(new Date());
  field.value = fieldValue(offeredTimes(new Date())[1].at);
  one(dialog, "[data-action=cancel]").addEventListener("click", () => dialog.close());
  one(dialog, "form").addEventListener("submit", (event) => {
    const at = new Date(field.value);
    if (at.getTime() > Date.now()) return schedule(at);
    event.preventDefault();
    wrong.hidden = false;
    wrong.textContent = _("Choose a time to come.");
    return field.focus();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
