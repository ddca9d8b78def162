/** The card about a person: beside a name on a wide screen, from below on a phone. */

import { call } from "../core/api.js";
import { actionOf, closest, draw, find, one } from "../core/dom.js";

const GAP = 8;

/**
 * @param {number} userId
 * @param {HTMLElement} near what was clicked
 * @param {CardParts} parts
 */
export async function openCard(userId, near, { shown, confirm, blocked, showError }) {
  const profile = await fetchProfile(userId);
  const dialog = draw("profile-card-template");
  dialog.append(profile);
  document.body.append(dialog);
  const mention = find(dialog, "[data-action=mention]");
  if (mention) mention.hidden = !composer();
  dialog.showModal();
  place(dialog, near.getBoundingClientRect());
  shown(dialog);

  /** @param {MouseEvent} event */
  function clicked(event) {
    const action = actionOf(event);
    if (action === "mention") mentionPerson(profile.dataset.nickname ?? "");
    if (action || event.target === dialog || closest(event.target, "a")) dialog.close();
  }

  /** @param {SubmitEvent} event */
  async function submitted(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const { ask, askAbout = "", askVerb = "" } = form.dataset;
    if (ask && !(await confirm(ask, askAbout, askVerb))) return;
    try {
      await call(ask ? "PUT" : "DELETE", `/api/blocks/${userId}`);
      blocked({ user_id: userId, blocked: Boolean(ask) });
    } catch (problem) {
      showError(problem.message);
    }
    dialog.close();
  }

  dialog.addEventListener("click", clicked);
  dialog.addEventListener("submit", submitted);
  dialog.addEventListener("close", () => dialog.remove());
}

/**
 * From the person's page, which draws the same.
 *
 * @param {number} userId
 */
async function fetchProfile(userId) {
  const response = await fetch(`/people/${userId}`, { headers: { Accept: "text/html" } });
  if (!response.ok || response.redirected) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return document.adoptNode(one(page, ".profile"));
}

/**
 * Beside `spot`, inside of the window; the style sheet places it on a phone.
 *
 * @param {HTMLDialogElement} dialog
 * @param {DOMRect} spot
 */
function place(dialog, spot) {
  const { offsetWidth: width, offsetHeight: height } = dialog;
  const left = Math.min(spot.left, window.innerWidth - width - GAP);
  const below = spot.bottom + GAP;
  const top = below + height < window.innerHeight ? below : spot.top - GAP - height;
  dialog.style.setProperty("--left", `${Math.max(GAP, left)}px`);
  dialog.style.setProperty("--top", `${Math.max(GAP, top)}px`);
}

function composer() {
  return find(document, "#composer:not([hidden]) textarea", HTMLTextAreaElement);
}

/** @param {string} nickname */
function mentionPerson(nickname) {
  const field = composer();
  if (!field) return;
  const before = field.value.slice(0, field.selectionStart);
  const space = before && !/\s$/.test(before) ? " " : "";
  field.setRangeText(`${space}@${nickname} `, field.selectionStart, field.selectionEnd, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
  setTimeout(() => field.focus()); // after the dialog has given the focus back
}
