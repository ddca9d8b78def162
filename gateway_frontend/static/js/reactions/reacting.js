/** Reacting to the messages of the open conversation, and other people's reactions as they arrive. */

import { messageById } from "../conversation/entries.js";
import { call } from "../core/api.js";
import { closest, find } from "../core/dom.js";
import { _ } from "../core/language.js";
import { chooseEmoji } from "../emoji/choose-emoji.js";
import { rememberEmoji } from "../emoji/emoji-habits.js";
import { drawReactions, storedReactions } from "./reaction-chips.js";

/** @typedef {import("./reaction-chips.js").Wanted} Wanted */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {Reader} parts.me
 * @param {(ids: number[]) => Promise<string[]>} parts.names
 * @param {(draw: () => void) => void} parts.keepPlace draws without moving what is being read
 * @param {ShowError} parts.showError
 */
export function createReacting({ log, me, names, keepPlace, showError }) {
  /** @type {Map<string, Wanted>} by message id: what is being sent */
  const wantedBy = new Map();
  /** @type {Promise<ReturnType<typeof import("./reaction-names.js").createReactionNames>> | undefined} */
  let loading;
  /** @type {Awaited<typeof loading>} */
  let shownNames;

  /**
   * Somebody reacted, or took a reaction back.
   *
   * @param {Pick<LogEvent, "type" | "data">} event
   */
  function apply({ type, data }) {
    const message = messageById(log, data.message_id);
    if (!message) return;
    const removed = type === "reaction.removed" && data.user_id === me.id ? data.emoji : null;
    show(message, withMine(data.reactions, storedReactions(message), removed));
  }

  /**
   * Of many people an event names the first ones only: this person's earlier reaction counts on.
   *
   * @param {Reaction[]} reactions
   * @param {Reaction[]} before
   * @param {string | null} removed the emoji that this person took back just now
   */
  function withMine(reactions, before, removed) {
    const mine = new Set(
      before.filter((one) => one.user_ids.includes(me.id)).map(({ emoji }) => emoji),
    );
    return reactions.map((reaction) => {
      const { emoji, count, user_ids: ids } = reaction;
      const isCut = count > ids.length && !ids.includes(me.id);
      return isCut && mine.has(emoji) && emoji !== removed
        ? { ...reaction, user_ids: [...ids, me.id] }
        : reaction;
    });
  }

  /**
   * @param {HTMLElement} message
   * @param {Reaction[]} stored
   */
  function show(message, stored) {
    const wanted = wantedBy.get(message.dataset.id ?? "");
    keepPlace(() => drawReactions(message, stored, me, wanted));
    shownNames?.changed(message);
  }

  /**
   * React with an emoji, or take it back. It shows at once; one call at a time for each emoji of a message.
   *
   * @param {HTMLElement} message
   * @param {string} emoji
   */
  async function toggle(message, emoji) {
    const id = message.dataset.id ?? "";
    const wanted = wantedBy.get(id) ?? new Map();
    const isSending = wanted.has(emoji);
    wantedBy.set(id, wanted.set(emoji, !isMine(message, emoji)));
    show(message, storedReactions(message));
    if (isSending) return;
    try {
      const reactions = await send(message, emoji, wanted);
      wanted.delete(emoji);
      show(message, reactions);
    } catch (problem) {
      wanted.delete(emoji);
      show(message, storedReactions(message));
      showError(_("Your reaction was not changed: %(reason)s", { reason: problem.message }));
    }
  }

  /**
   * Until what is stored is what is wanted now → the reactions that are stored then.
   *
   * @param {HTMLElement} message
   * @param {string} emoji
   * @param {Wanted} wanted
   */
  async function send(message, emoji, wanted) {
    const path = `/api/messages/${message.dataset.id}/reactions/${encodeURIComponent(emoji)}`;
    for (;;) {
      const isWanted = wanted.get(emoji);
      const answer = await call(isWanted ? "PUT" : "DELETE", path);
      if (wanted.get(emoji) === isWanted)
        return answer ? answer.reactions : withoutMine(storedReactions(message), emoji);
    }
  }

  /**
   * @param {Reaction[]} reactions
   * @param {string} emoji
   */
  function withoutMine(reactions, emoji) {
    return reactions.map((one) =>
      one.emoji === emoji && one.user_ids.includes(me.id)
        ? { ...one, count: one.count - 1, user_ids: one.user_ids.filter((id) => id !== me.id) }
        : one,
    );
  }

  /**
   * @param {HTMLElement} message
   * @param {string} emoji as it is shown
   */
  function isMine(message, emoji) {
    const chip = find(message, `.reaction[data-emoji="${CSS.escape(emoji)}"]`);
    return chip?.getAttribute("aria-pressed") === "true";
  }

  /**
   * @param {HTMLElement} message
   * @param {HTMLElement} anchor
   */
  async function choose(message, anchor) {
    const emoji = await chooseEmoji(anchor);
    message.focus({ preventScroll: true });
    if (!emoji) return;
    rememberEmoji(emoji);
    if (!isMine(message, emoji)) await toggle(message, emoji);
  }

  /**
   * The names of people are loaded when somebody first comes to a reaction.
   *
   * @param {Event} event
   */
  async function arrived(event) {
    const message = closest(event.target, ".message");
    if (shownNames || !message?.querySelector(".reaction")) return;
    loading ??= import("./reaction-names.js").then(({ createReactionNames }) =>
      createReactionNames({ log, me, names }),
    );
    shownNames = await loading;
    if (message.matches(":hover, :focus-within")) shownNames.arrived(event);
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const message = closest(event.target, ".message");
    if (!message) return;
    const chip = closest(event.target, ".reaction");
    if (chip) toggle(message, chip.dataset.emoji ?? "");
    const button = closest(event.target, "[data-action=add-reaction]");
    if (button) choose(message, button).catch((problem) => showError(problem.message));
  }

  log.addEventListener("click", clicked);
  for (const type of ["pointerover", "focusin"])
    log.addEventListener(type, (event) => {
      arrived(event).catch(() => {
        loading = undefined; // the next time it is tried again
      });
    });
  return {
    apply,
    close: () => shownNames?.close(),
    /** @type {Record<"react", import("../conversation/message-tools.js").MessageAction>} */
    actions: {
      react: {
        isOffered: () => true,
        act: (message) => choose(message, find(message, "[data-action=react]") ?? message),
      },
    },
  };
}
