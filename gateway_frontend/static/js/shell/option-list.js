/** The options of a text field: one of them is chosen, arrow keys and the pointer choose another one. */

import { all, closest, find } from "../core/dom.js";

/**
 * @param {HTMLElement} root
 * @param {HTMLElement} input keeps the focus; `aria-activedescendant` names the chosen option
 * @param {string} prefix of the options' ids
 */
export function createOptionList(root, input, prefix) {
  /** → all options, or those of a group */
  function options(group = "") {
    return all(root, `${group && `[data-group=${group}] `}[role=option]`);
  }

  function chosen() {
    return find(root, "[role=option][aria-selected=true]");
  }

  /** @param {HTMLElement | null | undefined} option */
  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    return option.scrollIntoView({ block: "nearest" });
  }

  /** Options came or went: they get new ids, as `aria-activedescendant` needs them. */
  function changed() {
    for (const [index, option] of options().entries()) option.id = `${prefix}-${index}`;
    if (input.hasAttribute("aria-expanded"))
      input.setAttribute("aria-expanded", String(options().length > 0));
    choose(chosen());
  }

  /**
   * Let an arrow key choose the next option → whether it was one.
   *
   * @param {KeyboardEvent} event
   */
  function move(event) {
    const step = event.key === "ArrowUp" ? -1 : event.key === "ArrowDown" ? 1 : 0;
    if (!step || event.isComposing) return false;
    event.preventDefault();
    const list = options();
    const current = chosen();
    const at = current ? list.indexOf(current) : -1;
    choose(list[(at + step + list.length) % list.length]);
    return true;
  }

  /** @param {PointerEvent} event */
  function pointed(event) {
    const option = closest(event.target, "[role=option]");
    if (option && option !== chosen()) choose(option);
  }

  root.addEventListener("keydown", move);
  root.addEventListener("pointermove", pointed);
  return { options, chosen, choose, changed, move };
}
