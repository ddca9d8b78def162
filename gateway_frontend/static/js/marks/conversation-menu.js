/** The menu in a conversation's header: star, mute, what notifies, mark as unread, ways to unread messages and dates. */

import { call } from "../core/api.js";
import { actionOf, all, closest, find, one } from "../core/dom.js";
import { _, pgettext } from "../core/language.js";
import { isMuted } from "./marks.js";

/**
 * A refresh of the page replaces the header, so that nothing of it is kept here.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {number} parts.id
 * @param {(changes: MarkChanges) => Promise<unknown>} parts.change
 * @param {() => number} parts.unread the number of unread messages
 * @param {() => void} parts.showFirstNew
 * @param {import("../conversation/timeline.js").Timeline} parts.timeline
 * @param {ShowError} parts.showError
 */
export function createConversationMenu({
  root,
  id,
  change,
  unread,
  showFirstNew,
  timeline,
  showError,
}) {
  /** @param {MarkChanges} marks */
  function show(marks) {
    const menu = find(root, ".conversation-menu");
    if (!menu) return;
    const star = one(menu, "[name=starred]", HTMLButtonElement);
    star.value = marks.starred ? "no" : "yes";
    one(star, "span").textContent = marks.starred ? _("Remove the star") : pgettext("verb", "Star");
    one(menu, "[name=notify]", HTMLSelectElement).value = marks.notify ?? "all";
    const muted = isMuted({ muted_until: marks.muted_until ?? null });
    const mute = one(menu, "[name=mute]", HTMLSelectElement);
    mute.value = "keep";
    one(mute, "[value=keep]").textContent = muted ? _("Muted") : _("Not muted");
    one(mute, "[value=no]").hidden = !muted;
  }

  /** @param {Event} event */
  function changed({ target }) {
    const select = closest(target, "[data-marks] select", HTMLSelectElement);
    if (select?.name === "notify")
      send({ notify: /** @type {ConversationSummary["notify"]} */ (select.value) });
    if (select?.name === "mute" && select.value !== "keep")
      send({ muted_until: endOfMute(select.value) });
  }

  /** @param {SubmitEvent} event */
  function submitted(event) {
    const form = closest(event.target, ".conversation-menu form", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    close();
    if (form.matches("[data-date]")) showDate(new FormData(form).get("date"));
    else send({ starred: one(form, "[name=starred]", HTMLButtonElement).value === "yes" });
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const action = actionOf(event);
    if (!closest(event.target, ".conversation-menu") || !action) return;
    close();
    if (action === "jump-to-unread") showFirstUnread();
    if (action === "mark-last-unread")
      markLastUnread().catch((problem) => showError(problem.message));
  }

  function showFirstUnread() {
    if (unread()) showFirstNew();
    else showError(_("Everything here is read."));
  }

  async function markLastUnread() {
    await timeline.showNewest();
    const last = timeline.lastOfOthers();
    if (last) send({ unread_from: Number(last.dataset.seq) });
    else showError(_("Nobody else has written anything here."));
  }

  /** @param {FormDataEntryValue | null} date in the reader's time zone */
  async function showDate(date) {
    const since = new Date(`${date}T00:00`).toISOString();
    const path = `/api/conversations/${id}/messages?limit=1&since=${since}`;
    try {
      const [first] = await call("GET", path);
      if (first) await timeline.showAt(first.seq);
      else showError(_("There are no messages on that day or after it."));
    } catch (problem) {
      showError(problem.message);
    }
  }

  /** @param {MarkChanges} changes */
  function send(changes) {
    change(changes).catch((problem) => showError(problem.message));
  }

  function close() {
    for (const menu of all(root, ".conversation-menu", HTMLDetailsElement)) menu.open = false;
  }

  root.addEventListener("change", changed);
  root.addEventListener("submit", /** @type {any} */ (submitted));
  root.addEventListener("click", clicked);
  return { show };
}

/** @param {string} hours from now, or "no" */
function endOfMute(hours) {
  return hours === "no" ? null : new Date(Date.now() + Number(hours) * 3_600_000).toISOString();
}
