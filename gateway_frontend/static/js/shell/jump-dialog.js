/** The dialog of Ctrl-K: finds conversations, rooms to join and people by name, and messages. */

import { actionOf, all, closest, draw, fill, isPlainClick, one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";
import { isBlocked } from "../people/blocks.js";
import { drawConversation, drawPerson, matching } from "./jump-options.js";
import { createOptionList } from "./option-list.js";
import { faceOf } from "./titles.js";

const MOST = 8;
const MOST_MESSAGES = 5;
const REST = 120; // ms without a key before people and messages are searched

/**
 * @param {import("./jump.js").JumpParts} parts
 * @param {string} words that the search begins with
 */
export function openJumpDialog(parts, words) {
  const { me, conversations, fetchPeople, fetchRooms, fetchMessages, shown, go } = parts;
  const restoreCaret = rememberCaret();
  const dialog = draw("jump-template");
  const input = one(dialog, "input", HTMLInputElement);
  const list = createOptionList(dialog, input, "jump");
  let turn = 0;
  /** @type {number | undefined} */
  let timer;
  /** @type {AbortController | null} */
  let searching = null;
  let canFindPeople = true;
  let isEntered = false; // Enter was pressed before anything was found

  /** Known conversations show at once; people follow after a pause in typing. */
  function typed() {
    const q = input.value.trim().replace(/^[#@]\s*/, "");
    const found = matching(conversations(), q, me).slice(0, MOST);
    show(
      "conversations",
      found.map((conversation) => drawConversation(conversation, me)),
    );
    keepMatching("people", q);
    keepMatching("rooms", q);
    isEntered = false;
    for (const link of all(dialog, "[data-find]", HTMLAnchorElement))
      link.href = q ? `/app/find?q=${encodeURIComponent(q)}` : "/app/find";
    for (const link of all(dialog, "[data-search-messages]", HTMLAnchorElement))
      link.href = q ? `/app/search?q=${encodeURIComponent(q)}` : "/app/search";
    list.choose(list.options()[0]);
    clearTimeout(timer);
    searching?.abort();
    timer = setTimeout(() => {
      addPeopleAndRooms(q, found);
      addMessages(input.value.trim());
    }, REST);
  }

  /**
   * Messages come last, and only from two characters on.
   *
   * @param {string} q
   */
  async function addMessages(q) {
    searching = new AbortController();
    const { signal } = searching;
    const asked = q.length < 2 ? [] : fetchMessages(q, MOST_MESSAGES, signal).catch(() => []);
    const [found, { drawFound }] = await Promise.all([asked, import("../search/found-options.js")]);
    if (signal.aborted) return;
    const known = new Map(conversations().map((conversation) => [conversation.id, conversation]));
    show(
      "messages",
      found
        .filter(({ message }) => !isBlocked(me, message.author_id))
        .map((result) => drawFound(result, known.get(result.message.conversation_id), me)),
    );
    if (!list.options().length) return;
    if (!list.chosen()) list.choose(list.options()[0]);
    showCount(q);
    if (isEntered) list.chosen()?.click();
  }

  /**
   * @param {string} q
   * @param {ConversationSummary[]} found
   */
  async function addPeopleAndRooms(q, found) {
    turn += 1;
    const current = turn;
    const [people, rooms] = await Promise.all([
      fetchPeople(q, 2 * MOST).catch(() => null),
      q ? fetchRooms(q, 2 * MOST).catch(() => []) : [],
    ]);
    if (current !== turn) return; // something else was typed meanwhile, or the dialog is closed
    const mine = new Set(conversations().map(({ id }) => id));
    const direct = directConversations();
    const listed = new Set(found.map(({ id }) => id));
    const others = (people ?? [])
      .map((person) => ({ person, conversation: direct.get(person.id) }))
      .filter(({ conversation }) => !conversation || !listed.has(conversation.id))
      .slice(0, MOST);
    show(
      "people",
      others.map(({ person, conversation }) => drawPerson(person, conversation, me)),
    );
    show(
      "rooms",
      rooms
        .filter(({ id, archived }) => !mine.has(id) && !archived)
        .slice(0, MOST)
        .map((room) => drawConversation(room, me)),
    );
    if (!list.chosen()) list.choose(list.options()[0]);
    canFindPeople = people !== null;
    showCount(q);
    if (isEntered) list.chosen()?.click();
  }

  /** By the id of the other person. */
  function directConversations() {
    const direct = conversations().filter(({ kind }) => kind === "direct");
    return new Map(direct.map((conversation) => [faceOf(conversation, me).id, conversation]));
  }

  /**
   * What was found before stays until the next answer.
   *
   * @param {"people" | "rooms"} group
   * @param {string} q
   */
  function keepMatching(group, q) {
    const wanted = q.toLowerCase();
    show(
      group,
      list.options(group).filter((option) => option.textContent?.toLowerCase().includes(wanted)),
    );
  }

  /**
   * @param {"conversations" | "rooms" | "people" | "messages"} group
   * @param {HTMLElement[]} options
   */
  function show(group, options) {
    const place = one(dialog, `[data-group=${group}]`);
    one(place, "[data-options]").replaceChildren(...options);
    place.hidden = !options.length;
    shown(dialog);
    list.changed();
  }

  /** @param {string} q */
  function showCount(q) {
    const count = list.options().length;
    showStatus(canFindPeople ? countWords(count, q) : _("People cannot be searched just now."));
  }

  /** @param {string} text */
  function showStatus(text) {
    fill(dialog, { "[role=status]": text });
    one(dialog, "[role=status]").classList.toggle("out-of-sight", list.options().length > 0);
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing || event.key !== "Enter" || event.target !== input) return;
    event.preventDefault();
    isEntered = !list.chosen();
    list.chosen()?.click();
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    if (event.target === dialog || actionOf(event) === "close") return dialog.close();
    const link = closest(event.target, "a[href]", HTMLAnchorElement);
    if (!link || !isPlainClick(event)) return undefined;
    event.preventDefault();
    dialog.close();
    return go(link.pathname + link.search);
  }

  function closed() {
    clearTimeout(timer);
    searching?.abort();
    turn += 1;
    dialog.remove();
    restoreCaret();
  }

  input.addEventListener("input", typed);
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("close", closed);
  document.body.append(dialog);
  dialog.showModal();
  input.value = words;
  typed();
  return dialog;
}

/** Chromium gives a box its focus back when the dialog closes, but loses the caret. */
function rememberCaret() {
  const box = document.activeElement;
  const isText = box instanceof HTMLTextAreaElement || box instanceof HTMLInputElement;
  if (!isText || box.selectionStart === null) return () => {};
  const { selectionStart, selectionEnd } = box;
  return () => {
    if (box === document.activeElement) box.setSelectionRange(selectionStart, selectionEnd);
  };
}

/**
 * @param {number} count
 * @param {string} q
 */
function countWords(count, q) {
  if (!count)
    return _("Nothing and nobody here is called “%(name)s”. Try a part of the name.", { name: q });
  return ngettext("%(num)s found", "%(num)s found", count);
}
