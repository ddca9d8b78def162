/** Statuses: emoji beside people's names, one's own status, and do not disturb. */

import { actionOf, all, find, isPlainClick, one } from "../core/dom.js";
import { _ } from "../core/language.js";

const LONGEST_TIMER = 2 ** 31 - 1;

/**
 * @param {object} parts
 * @param {Reader} parts.me
 * @param {() => void} parts.quietChanged is called when do not disturb begins or ends
 * @param {ShowError} parts.showError
 */
export function createStatuses({ me, quietChanged, showError }) {
  /** @type {number | undefined} */
  let timer;

  /** @param {Profile} profile */
  function receive(profile) {
    const emoji = profile.status?.emoji ?? "";
    for (const place of all(document, `[data-status-of="${Number(profile.id)}"]`))
      place.textContent = emoji;
    if (profile.id === me.id) receiveMine(profile);
  }

  /** @param {Profile} profile */
  function receiveMine({ status, dnd_until: dndUntil }) {
    const line = find(document, "[data-my-status]");
    if (line)
      line.textContent = status
        ? `${status.emoji ?? ""} ${status.text}`.trim()
        : (line.dataset.nickname ?? "");
    me.dnd_until = dndUntil;
    quietChanged();
    watchEnd();
  }

  function isQuiet() {
    return Boolean(me.dnd_until) && new Date(me.dnd_until ?? 0) > new Date();
  }

  /** It ends by the clock, also while there is no connection. */
  function watchEnd() {
    clearTimeout(timer);
    if (!isQuiet()) return;
    const rest = new Date(me.dnd_until ?? 0).getTime() - Date.now();
    timer = setTimeout(
      () => (isQuiet() ? watchEnd() : quietChanged()),
      Math.min(rest, LONGEST_TIMER),
    );
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    if (actionOf(event) !== "set-status" || !isPlainClick(event)) return;
    event.preventDefault();
    openDialog().catch(() => showError(_("The dialog cannot be loaded just now.")));
  }

  async function openDialog() {
    const { openStatusDialog } = await import("./status-dialog.js");
    await openStatusDialog(receive);
  }

  one(document, ".who").addEventListener("click", clicked);
  watchEnd();
  return { receive, isQuiet };
}
