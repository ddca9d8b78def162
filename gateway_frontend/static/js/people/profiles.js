/** Names and faces open a card about the person; it is loaded when it is first opened. */

import { closest, isPlainClick } from "../core/dom.js";
import { _ } from "../core/language.js";

const FACES = ".message .avatar, .mention[data-user-id]";

/**
 * @param {object} parts
 * @param {CardParts} parts.card what the card needs
 * @param {ShowError} parts.showError
 */
export function createProfiles({ card, showError }) {
  /** @param {MouseEvent} event */
  function clicked(event) {
    if (!isPlainClick(event) || closest(event.target, ".profile-card")) return;
    const link = closest(event.target, "a.name[href], a[data-profile]", HTMLAnchorElement);
    const face = link ?? closest(event.target, FACES);
    const userId = link ? Number(link.pathname.split("/").pop()) : face && idOf(face);
    if (!face || !userId) return;
    event.preventDefault();
    open(userId, face).catch(() =>
      showError(_("The profile cannot be loaded just now. Try again in a moment.")),
    );
  }

  /**
   * @param {number} userId
   * @param {HTMLElement} near
   */
  async function open(userId, near) {
    const { openCard } = await import("./profile-card.js");
    await openCard(userId, near, card);
  }

  // While the event goes down, so that the page is not changed by the link.
  document.addEventListener("click", clicked, { capture: true });
}

/** @param {HTMLElement} face */
function idOf(face) {
  return Number(face.dataset.userId ?? closest(face, ".message")?.dataset.author);
}
