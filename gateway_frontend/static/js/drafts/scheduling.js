/** Schedules what is in the composer, and says how many messages wait here. */

import { call } from "../core/api.js";
import { one } from "../core/dom.js";
import { makeUuid } from "../core/ids.js";
import { _, ngettext } from "../core/language.js";
import { moment } from "../core/times.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {Target} parts.target
 * @param {() => string | null} parts.take the text of the composer; null when it cannot be scheduled, and says why
 * @param {() => void} parts.taken empties the composer
 * @param {ShowError} parts.showError
 */
export function createScheduling({ root, target, take, taken, showError }) {
  const line = one(root, ".scheduled-here");
  /** The last one that was scheduled here: the line says when it will be sent. */
  let ownClientId = "";
  const button = one(root, "[data-action=send-later]");

  async function offer() {
    const { openSendLater } = await import("./send-later.js");
    openSendLater(button, schedule);
  }

  /** @param {Date} at */
  async function schedule(at) {
    const content = take();
    if (content === null) return;
    const body = { ...target, content, send_at: at.toISOString(), client_id: makeUuid() };
    ownClientId = body.client_id; // its notice may arrive before the answer
    try {
      await call("POST", "/api/scheduled", body);
    } catch (problem) {
      showError(problem.message);
      return;
    }
    taken();
    show(_("Will be sent %(time)s.", { time: moment(at) }));
  }

  /** @param {string} words */
  function show(words) {
    one(line, "span").textContent = words;
    line.hidden = !words;
  }

  button.addEventListener("click", () =>
    offer().catch(() => showError(_("This needs the network. Try again when you are online."))),
  );
  return {
    /**
     * A message of this conversation was scheduled, changed or sent, perhaps in another tab.
     *
     * @param {ScheduledChange} change
     */
    async changed({ client_id: clientId, state }) {
      if (clientId === ownClientId && state === "waiting") return;
      const path = `/api/scheduled?conversation_id=${target.conversation_id}&limit=200`;
      const waiting = (await call("GET", path)).filter(
        (/** @type {{refused_at: string | null}} */ each) => !each.refused_at,
      ).length;
      const words = ngettext(
        "%(num)s message is scheduled here.",
        "%(num)s messages are scheduled here.",
        waiting,
      );
      show(waiting ? words : "");
    },
  };
}
