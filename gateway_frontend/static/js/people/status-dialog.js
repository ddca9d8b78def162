/** The dialog for one's own status and do not disturb. */

import { call } from "../core/api.js";
import { actionOf, closest, draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { moment } from "../core/times.js";
import { chooseEmoji } from "../emoji/choose-emoji.js";

const AS_IT_IS = "as-it-is";

/** @param {(profile: Profile) => void} saved receives the changed profile */
export async function openStatusDialog(saved) {
  /** @type {Profile} */
  const mine = await call("GET", "/api/users/me");
  const dialog = draw("status-template");
  const emoji = one(dialog, "[name=status_emoji]", HTMLInputElement);
  const text = one(dialog, "[name=status_text]", HTMLInputElement);
  const end = one(dialog, "[name=status_end]", HTMLSelectElement);
  const quiet = one(dialog, "[name=dnd_end]", HTMLSelectElement);
  emoji.value = mine.status?.emoji ?? "";
  text.value = mine.status?.text ?? "";
  offerPresent(end, mine.status?.until ?? null);
  offerPresent(quiet, mine.dnd_until);
  document.body.append(dialog);
  dialog.showModal();
  text.focus();

  /** @param {object | null} status */
  async function save(status) {
    const changes = { status, dnd_until: momentOf(quiet.value, mine.dnd_until) };
    try {
      saved(await call("PATCH", "/api/users/me", changes));
      dialog.close();
    } catch (problem) {
      showWrong(problem);
    }
  }

  async function choose() {
    emoji.value = (await chooseEmoji(emoji)) ?? emoji.value;
    if (dialog.open) text.focus();
  }

  /** @param {Error} problem */
  function showWrong(problem) {
    fill(dialog, { ".wrong": { textContent: problem.message, hidden: false } });
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const action = actionOf(event);
    if (action === "cancel") dialog.close();
    if (action === "clear") save(null);
    if (action === "choose-emoji") choose().catch(showWrong);
    if (action !== "preset") return;
    const preset = closest(event.target, "button")?.dataset ?? {};
    [emoji.value, text.value, end.value] = [
      preset.emoji ?? "",
      preset.text ?? "",
      preset.end ?? "",
    ];
  }

  /** @param {SubmitEvent} event */
  function submitted(event) {
    event.preventDefault();
    const until = momentOf(end.value, mine.status?.until ?? null);
    save({ emoji: emoji.value.trim() || null, text: text.value.trim(), until });
  }

  dialog.addEventListener("click", clicked);
  dialog.addEventListener("submit", submitted);
  dialog.addEventListener("close", () => dialog.remove());
}

/**
 * The present end is the first choice, if there is one.
 *
 * @param {HTMLSelectElement} select
 * @param {string | null} present
 */
function offerPresent(select, present) {
  for (const option of Array.from(select.options)) if (option.value.includes("T")) option.remove();
  if (present)
    select.prepend(
      new Option(
        _("As it is: until %(time)s", { time: moment(new Date(present)) }),
        AS_IT_IS,
        true,
        true,
      ),
    );
  else select.value = "";
}

/**
 * The moment that is meant by minutes, `today`, or nothing.
 *
 * @param {string} chosen
 * @param {string | null} present
 */
function momentOf(chosen, present) {
  if (chosen === AS_IT_IS) return present;
  if (!chosen) return null;
  const end = new Date();
  if (chosen === "today") end.setHours(23, 59, 59, 0);
  else end.setMinutes(end.getMinutes() + Number(chosen));
  return end.toISOString();
}
