/** Forms that choose people: results while typing, and the chosen people above. The server draws both. */

import { all, closest, find, one } from "../core/dom.js";

const REST = 150; // ms without a key before people are searched for

/**
 * For every `form.picker`, also those that come to the page later.
 *
 * @param {object} parts
 * @param {(form: HTMLFormElement) => void} parts.shown is called with each new list
 */
export function createPicker({ shown }) {
  /** @type {AbortController | null} */
  let latest = null;
  /** @type {number | undefined} */
  let timer;

  /** @param {HTMLFormElement} form */
  async function update(form) {
    clearTimeout(timer);
    latest?.abort();
    latest = new AbortController();
    const body = new FormData(form);
    body.set("find", "1");
    try {
      const response = await fetch(form.action, {
        method: "POST",
        body,
        signal: latest.signal,
        headers: { Accept: "text/html" },
      });
      if (response.ok) exchange(form, await response.text());
    } catch (error) {
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error; // away: Search asks again
    }
  }

  /**
   * @param {HTMLFormElement} form
   * @param {string} html
   */
  function exchange(form, html) {
    const fresh = one(new DOMParser().parseFromString(html, "text/html"), "[data-picked]");
    const old = one(form, "[data-picked]");
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(document.adoptNode(fresh));
    if (hadFocus) one(form, "[name=q]").focus();
    shown(form);
  }

  /** @param {Pick<Event, "target">} event */
  function typed({ target }) {
    const form = closest(target, "form.picker", HTMLFormElement);
    if (!form || !closest(target, "[name=q]")) return;
    clearTimeout(timer);
    timer = setTimeout(() => update(form), REST);
  }

  /**
   * After a choice the search begins again, for the next person.
   *
   * @param {Event} event
   */
  function chosen({ target }) {
    const form = closest(target, "form.picker", HTMLFormElement);
    const choice = closest(target, "[name=member]", HTMLInputElement);
    if (!form || !choice) return;
    if (choice.checked) one(form, "[name=q]", HTMLInputElement).value = "";
    update(form);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const form = closest(event.target, "form.picker", HTMLFormElement);
    const search = closest(event.target, "[name=q]", HTMLInputElement);
    if (!form || !search || event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // Enter chooses the first result, if there is one
    if (search.value) find(form, ".people input[name=member]")?.click();
  }

  document.addEventListener("input", typed);
  document.addEventListener("change", chosen);
  document.addEventListener("keydown", pressed);
  for (const box of all(document, "form.picker [name=q]", HTMLInputElement))
    if (box.value !== box.defaultValue) typed({ target: box }); // while this module was loaded
}
