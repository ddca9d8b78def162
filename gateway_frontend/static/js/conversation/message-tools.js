/**
 * The actions on a message: a toolbar that moves to the message that is pointed at, focused, or held on a
 * touch screen, with a menu for what is needed less often; and the same by keys.
 *
 * To add an action: a button with its `data-action` in `app/message_tools.html`, in the toolbar or the menu, and a
 * `MessageAction` in `message-actions.js`, or in `open-conversation.js` if threads do not have it. Its key, if it has
 * one: a line of the same name in `shell/shortcut-table.js` and `shell/shortcut-words.js`.
 */

import { actionOf, all, closest, draw, one } from "../core/dom.js";
import { shortcutOf } from "../shell/shortcut-table.js";

const HELD = 500; // ms of a long press
const MOVED = 10; // px after which a press scrolls

/**
 * @typedef {object} MessageAction
 * @property {(message: HTMLElement) => boolean} isOffered asked for stored messages that are not deleted
 * @property {(message: HTMLElement, focusAfter: {focus(): void}) => unknown} act
 */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {Record<string, MessageAction>} parts.actions by the `data-action` of their buttons
 * @param {ShowError} parts.showError
 */
export function createMessageTools({ log, actions, showError }) {
  const tools = draw("tools-template");
  const menu = one(tools, "[popover]");
  const more = one(tools, "[data-action=more]");
  /** @type {HTMLElement | null} the message to which arrow keys led: only there are characters commands */
  let reached = null;
  /** @type {{timer: number, x: number, y: number} | null} */
  let press = null;
  let isHeld = false;

  /** @param {Event} event */
  function offer(event) {
    const message = closest(event.target, ".message");
    if (!message || tools.contains(document.activeElement)) return;
    offerFor(message);
  }

  /** @param {HTMLElement} message */
  function offerFor(message) {
    for (const button of all(tools, "[data-action]"))
      if (button !== more) button.hidden = !isOffered(button.dataset.action ?? "", message);
    more.hidden = !menu.querySelector("[data-action]:not([hidden])");
    const isEmpty = !tools.querySelector("[data-action]:not([hidden])");
    if (isEmpty) return tools.remove();
    const above = log.getBoundingClientRect().top - message.getBoundingClientRect().top;
    tools.style.top = above > 0 ? `${above}px` : "";
    if (message === tools.parentElement) return undefined;
    tools.classList.remove("called");
    return message.append(tools);
  }

  /** @param {HTMLElement} message */
  function call(message) {
    offerFor(message);
    tools.classList.add("called");
    message.focus({ preventScroll: true });
  }

  /**
   * @param {string} name
   * @param {HTMLElement} message
   */
  function isOffered(name, message) {
    const isStored = Boolean(message.dataset.seq) && !message.classList.contains("deleted");
    return isStored && Boolean(actions[name]?.isOffered(message));
  }

  /**
   * @param {string} name
   * @param {HTMLElement} message
   * @param {{focus(): void}} [focusAfter]
   */
  async function act(name, message, focusAfter = message) {
    reached = null; // the next key is no command
    if (!isOffered(name, message)) return tools.remove();
    try {
      await actions[name].act(message, focusAfter);
    } catch (problem) {
      showError(problem.message);
    }
    return undefined;
  }

  /**
   * Arrows move through the messages; on the message they lead to, keys do what the tools do.
   *
   * @param {KeyboardEvent} event
   */
  function pressed(event) {
    const message = closest(event.target, ".message");
    const isOnLink = closest(event.target, "a") !== null; // where Shift-Tab leads from the composer
    if (event.target !== log && event.target !== message && !isOnLink) return;
    const name = shortcutOf(event, "message");
    if (name === "up" || name === "down") {
      event.preventDefault();
      reached = (isOnLink ? message : adjacent(message, name === "up" ? -1 : 1)) ?? reached;
      reached?.focus();
      tools.classList.add("called");
      return;
    }
    if (isOnLink || !name || !message || message !== reached || !isOffered(name, message)) return;
    event.preventDefault();
    act(name, message);
  }

  /**
   * @param {HTMLElement | null} message
   * @param {number} step
   */
  function adjacent(message, step) {
    const messages = all(log, ".message");
    return message ? messages[messages.indexOf(message) + step] : messages.at(-1);
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const name = actionOf(event);
    const message = tools.parentElement;
    if (!name || !message) return;
    if (name === "more") return openMenu();
    if (menu.contains(/** @type {Node} */ (event.target))) menu.hidePopover();
    act(name, message);
  }

  function openMenu() {
    menu.showPopover();
    const { top, bottom, right } = more.getBoundingClientRect();
    const isBelow = bottom + menu.offsetHeight < innerHeight;
    menu.style.top = `${isBelow ? bottom : Math.max(0, top - menu.offsetHeight)}px`;
    menu.style.left = `${Math.max(8, right - menu.offsetWidth)}px`;
    one(menu, "[data-action]:not([hidden])").focus();
  }

  /** @param {KeyboardEvent} event */
  function pressedInMenu(event) {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!step) return;
    event.preventDefault();
    const items = all(menu, "[data-action]:not([hidden])");
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    items[(at + step + items.length) % items.length].focus();
  }

  /** @param {PointerEvent} event */
  function pressBegan(event) {
    reached = null;
    pressEnded();
    isHeld = false;
    const message = closest(event.target, ".message");
    const isOnPart = closest(event.target, "a, button, input, textarea, audio, video, .tools");
    if (event.pointerType !== "touch" || !message || isOnPart) return;
    const timer = setTimeout(() => {
      isHeld = true;
      call(message);
    }, HELD);
    press = { timer, x: event.clientX, y: event.clientY };
  }

  /** @param {PointerEvent} event */
  function pressMoved({ clientX, clientY }) {
    if (press && Math.hypot(clientX - press.x, clientY - press.y) > MOVED) pressEnded();
  }

  function pressEnded() {
    clearTimeout(press?.timer);
    press = null;
  }

  tools.addEventListener("click", clicked);
  menu.addEventListener("keydown", pressedInMenu);
  menu.addEventListener("toggle", (event) => {
    more.setAttribute("aria-expanded", String(event.newState === "open"));
  });
  log.addEventListener("pointerover", offer);
  log.addEventListener("focusin", offer);
  log.addEventListener("keydown", pressed);
  log.addEventListener("pointerdown", pressBegan);
  log.addEventListener("pointermove", pressMoved);
  log.addEventListener("pointerup", pressEnded);
  log.addEventListener("pointercancel", pressEnded);
  log.addEventListener("touchend", (event) => {
    if (isHeld) event.preventDefault(); // no click: the focus has left the composer, and the log has moved
  });
  log.addEventListener("contextmenu", (event) => {
    if (press) event.preventDefault(); // a long press opens the tools instead
  });
  return {
    act,
    /** @param {Record<string, MessageAction>} more */
    add(more) {
      Object.assign(actions, more);
    },
  };
}
