/** Pinning, saving and forwarding: what the menu of a message offers. */

import { call } from "../core/api.js";
import { _, pgettext } from "../core/language.js";
import { hasMark, showSaved } from "./kept-marks.js";

/** @typedef {import("../conversation/message-tools.js").MessageAction} MessageAction */

/**
 * @param {object} parts
 * @param {boolean} parts.mayPin
 * @param {(message: Message) => void} parts.upsert
 * @param {import("../shell/jump.js").JumpParts} parts.jump
 * @returns {Record<"pin" | "unpin" | "save" | "unsave" | "forward", MessageAction>}
 */
export function keepingActions({ mayPin, upsert, jump }) {
  /** @param {HTMLElement} message */
  async function pin(message) {
    upsert(await call("PUT", `${pathOf(message)}/pin`));
    message.focus();
  }

  /** @param {HTMLElement} message */
  async function unpin(message) {
    await call("DELETE", `${pathOf(message)}/pin`);
    message.focus();
  }

  /** @param {HTMLElement} message */
  async function save(message) {
    await call("PUT", `${pathOf(message)}/saved`);
    showSaved(message, true);
    message.focus();
  }

  /** @param {HTMLElement} message */
  async function unsave(message) {
    await call("DELETE", `${pathOf(message)}/saved`);
    showSaved(message, false);
    message.focus();
  }

  /** @param {HTMLElement} message */
  async function forward(message) {
    const { openForwardDialog } = await import("./forward-dialog.js");
    const original = await call("GET", pathOf(message));
    openForwardDialog({
      original,
      jump,
      sent: async ({ url, name }) => {
        const { showOffer } = await import("./offer-bar.js");
        showOffer({
          words: _("Forwarded to %(name)s.", { name }),
          verb: pgettext("verb", "Open"),
          act: () => jump.go(url),
        });
      },
    });
  }

  return {
    pin: { isOffered: (message) => mayPin && !hasMark(message, "pinned"), act: pin },
    unpin: { isOffered: (message) => mayPin && hasMark(message, "pinned"), act: unpin },
    save: { isOffered: (message) => !hasMark(message, "saved"), act: save },
    unsave: { isOffered: (message) => hasMark(message, "saved"), act: unsave },
    forward: { isOffered: () => true, act: forward },
  };
}

/** @param {HTMLElement} message */
function pathOf(message) {
  return `/api/messages/${message.dataset.id}`;
}
