/** The list of members in the panel: search while typing, and the next page by a link. */

import { all, closest, isPlainClick, one } from "../core/dom.js";
import { _ } from "../core/language.js";

const REST = 200; // ms without a key before members are searched

/**
 * @param {object} parts
 * @param {(root: ParentNode) => void} parts.shown is called after people were added to the page
 * @param {ShowError} parts.showError
 */
export function createMembers({ shown, showError }) {
  /** @type {number | undefined} */
  let timer;
  let turn = 0;

  /** @param {Pick<Event, "target">} event */
  function typed({ target }) {
    const form = closest(target, ".panel form.find", HTMLFormElement);
    if (!form) return;
    clearTimeout(timer);
    timer = setTimeout(() => search(form).catch(away), REST);
  }

  /** @param {HTMLFormElement} form */
  async function search(form) {
    turn += 1;
    const current = turn;
    const query = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    const found = await fetchMembers(`${form.getAttribute("action")}?${query}`);
    if (current === turn && form.parentElement)
      one(form.parentElement, ".members").replaceWith(found);
    shown(document);
  }

  /** @param {HTMLAnchorElement} link */
  async function addMore(link) {
    const list = closest(link, ".members");
    const found = await fetchMembers(link.href);
    const added = all(found, ".people > li");
    if (list) one(list, ".people").append(...added);
    link.parentElement?.replaceWith(...all(found, ":scope > p"));
    added[0]?.setAttribute("tabindex", "-1");
    added[0]?.focus({ preventScroll: true });
    shown(document);
  }

  function away() {
    showError(_("Members cannot be loaded just now. Try again in a moment."));
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const link = closest(event.target, "[data-action=more-members]", HTMLAnchorElement);
    if (!link || !isPlainClick(event)) return;
    event.preventDefault();
    addMore(link).catch(away);
  }

  /** @param {SubmitEvent} event */
  function submitted(event) {
    const form = closest(event.target, ".panel form.find", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    clearTimeout(timer);
    search(form).catch(away);
  }

  document.addEventListener("input", typed);
  document.addEventListener("click", clicked, { capture: true });
  document.addEventListener("submit", submitted, { capture: true });
  for (const box of all(document, ".panel form.find input", HTMLInputElement))
    if (box.value !== box.defaultValue) typed({ target: box }); // while this module was loaded
}

/** @param {string} url */
async function fetchMembers(url) {
  const response = await fetch(url, { headers: { Accept: "text/html" } });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return document.adoptNode(one(page, ".panel .members"));
}
