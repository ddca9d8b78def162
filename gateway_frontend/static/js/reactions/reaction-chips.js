/** The reactions under a message: the server's buttons, from their `<template>`, filled and kept in order. */

import { partOf } from "../conversation/message-parts.js";
import { all, draw, fill } from "../core/dom.js";
import { ngettext } from "../core/language.js";

/** @typedef {Map<string, boolean>} Wanted by emoji: whether this person wants to have reacted; not stored yet */

/**
 * As the server counts them, without what is not stored yet.
 *
 * @param {HTMLElement} message
 * @returns {Reaction[]}
 */
export function storedReactions(message) {
  return all(message, ".reaction")
    .map(reactionOf)
    .filter(({ count }) => count > 0);
}

/**
 * @param {HTMLElement} chip
 * @returns {Reaction}
 */
export function reactionOf({ dataset: { emoji = "", count, users } }) {
  return {
    emoji,
    count: Number(count),
    user_ids: users ? users.split(",").map(Number) : [],
  };
}

/**
 * @param {HTMLElement} message
 * @param {Reaction[]} stored
 * @param {Reader} me
 * @param {Wanted} [wanted]
 */
export function drawReactions(message, stored, me, wanted = new Map()) {
  const place = partOf(message, ".reactions");
  const emoji = [...new Set([...stored.map((reaction) => reaction.emoji), ...wanted.keys()])];
  const shown = emoji.flatMap((one) => shownReaction(one, stored, me, wanted.get(one)));
  const known = new Map(all(place, ".reaction").map((chip) => [chip.dataset.emoji, chip]));
  for (const [index, reaction] of shown.entries()) {
    const chip = known.get(reaction.emoji) ?? draw("reaction-template");
    known.delete(reaction.emoji);
    fillChip(chip, reaction);
    if (place.children[index] !== chip) place.insertBefore(chip, place.children[index]);
  }
  for (const chip of known.values()) {
    if (chip === document.activeElement) message.focus();
    chip.remove();
  }
  place.hidden = !shown.length;
}

/** @param {Reaction} reaction */
export function countWords({ emoji, count }) {
  return ngettext(
    "%(num)s person reacted with %(emoji)s",
    "%(num)s people reacted with %(emoji)s",
    count,
    { emoji },
  );
}

/**
 * @param {string} emoji
 * @param {Reaction[]} stored
 * @param {Reader} me
 * @param {boolean | undefined} wanted
 */
function shownReaction(emoji, stored, me, wanted) {
  const reaction = stored.find((one) => one.emoji === emoji) ?? { emoji, count: 0, user_ids: [] };
  const wasMine = reaction.user_ids.includes(me.id);
  const isMine = wanted ?? wasMine;
  const number = reaction.count + Number(isMine) - Number(wasMine);
  return number > 0 ? [{ ...reaction, isMine, number }] : [];
}

/**
 * @param {HTMLElement} chip
 * @param {Reaction & {isMine: boolean, number: number}} reaction
 */
function fillChip(chip, { emoji, count, user_ids: userIds, isMine, number }) {
  fill(chip, {
    ":scope": {
      dataset: { emoji, count, users: userIds.join() },
      "aria-pressed": isMine,
      "aria-label": countWords({ emoji, count: number, user_ids: userIds }),
    },
    ".emoji": emoji,
    ".number": number,
  });
}
