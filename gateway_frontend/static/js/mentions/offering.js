/** After a message that mentions people who are not in the room: an offer to add them. */

import { call } from "../core/api.js";
import { actionOf, draw, fill, find, one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";

const MOST = 10;

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {number | null} parts.conversationId
 * @param {(ids: number[]) => Promise<string[]>} parts.names
 * @param {ShowError} parts.showError
 */
export function createOffering({ root, conversationId, names, showError }) {
  const place = root.dataset.kind === "room" ? "room" : "group";

  /**
   * A message of this person was stored.
   *
   * @param {Message} message
   */
  async function offer({ mentions }) {
    if (!conversationId || root.dataset.kind === "direct" || !mentions?.user_ids.length) return;
    const ids = mentions.user_ids.slice(0, MOST);
    const areMembers = await Promise.all(ids.map(isMember));
    const strangers = ids.filter((_, index) => !areMembers[index]);
    if (strangers.length && root.isConnected) show(strangers, await names(strangers));
  }

  /** @param {number} userId */
  async function isMember(userId) {
    const page = `after=${userId - 1}&limit=1`;
    const members = await call("GET", `/api/conversations/${conversationId}/members?${page}`);
    return members[0]?.id === userId;
  }

  /**
   * @param {number[]} userIds
   * @param {string[]} found
   */
  function show(userIds, found) {
    find(root, ".add-people")?.remove();
    const names = { names: joined(found) };
    const count = found.length;
    const words =
      place === "group"
        ? ngettext(
            "%(names)s is not in this group.",
            "%(names)s are not in this group.",
            count,
            names,
          )
        : ngettext(
            "%(names)s is not in this room.",
            "%(names)s are not in this room.",
            count,
            names,
          );
    const bar = draw("add-people-template");
    one(root, ".foot").prepend(bar);
    fill(bar, { p: words });
    bar.addEventListener("click", (event) => {
      const action = actionOf(event);
      if (action === "add") add(userIds);
      if (action) close(bar);
    });
  }

  /** @param {number[]} userIds */
  async function add(userIds) {
    try {
      for (const userId of userIds)
        await call("PUT", `/api/conversations/${conversationId}/members/${userId}`);
    } catch (problem) {
      showError(problem.message);
    }
  }

  /** @param {HTMLElement} bar */
  function close(bar) {
    bar.remove();
    find(root, "form.box textarea")?.focus();
  }

  return { offer };
}

/** @param {string[]} names */
function joined(names) {
  if (names.length < 2) return names.join("");
  return _("%(names)s and %(last)s", {
    names: names.slice(0, -1).join(", "),
    last: names.at(-1),
  });
}
