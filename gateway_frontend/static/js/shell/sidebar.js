/** The list of conversations on the left: names, unread marks, which one is open. */

import { all, draw, fill, find, one } from "../core/dom.js";
import { _, language, ngettext } from "../core/language.js";
import { isMuted } from "../marks/marks.js";
import { createUnreadFilter } from "../marks/unread-filter.js";
import { createFolds } from "./folds.js";
import { faceOf, nameOf, showFace, toneOf } from "./titles.js";

/**
 * @param {HTMLElement} root
 * @param {Person} me
 */
export function createSidebar(root, me) {
  const starred = one(root, "[data-list=starred]");
  const rooms = one(root, "[data-list=rooms]");
  const people = one(root, "[data-list=people]");
  /** @type {Map<number, number>} */
  const unreadById = new Map();
  let openId = 0;
  const folds = createFolds(one(root, ".folds"), one(root, ".lists"));
  createUnreadFilter(root, folds.changed);

  /**
   * Update an entry; a conversation that is new here gets one.
   *
   * @param {ConversationSummary} conversation
   * @param {{count: number, mentions: number}} unreadState a muted conversation shows mentions alone
   */
  function show(conversation, { count, mentions }) {
    const entry = entryOf(conversation.id) || drawEntry(conversation);
    const name = nameOf(conversation, me.id);
    const unread = isMuted(conversation) ? 0 : count;
    fill(entry, {
      ".title": name,
      a: { title: name },
      ".muted-sign": { hidden: !isMuted(conversation) },
    });
    entry.classList.toggle("muted", isMuted(conversation));
    place(entry, conversation);
    const archived = find(entry, "[data-archived]");
    if (archived) archived.hidden = !conversation.archived;
    unreadById.set(conversation.id, unread);
    showElsewhere();
    entry.classList.toggle("unread", unread > 0);
    fillBadge(one(entry, ".count"), unread, conversation.kind === "room" ? mentions : 0);
    folds.changed();
  }

  /**
   * Whether there is a draft, text that was written there and not sent.
   *
   * @param {number} id
   * @param {boolean} hasDraft
   */
  function showDraft(id, hasDraft) {
    const entry = entryOf(id);
    if (entry) fill(entry, { ".draft": { hidden: !hasDraft } });
  }

  /** @param {number} id */
  function remove(id) {
    entryOf(id)?.remove();
    unreadById.delete(id);
    showElsewhere();
    showHints();
  }

  /** @param {number} id */
  function open(id) {
    openId = id;
    showElsewhere();
    for (const link of all(root, "li[data-conversation] [aria-current]"))
      link.removeAttribute("aria-current");
    const link = entryOf(id)?.querySelector("a");
    link?.setAttribute("aria-current", "page");
    link?.scrollIntoView({ block: "nearest" });
    folds.changed();
  }

  /**
   * Starred ones have a list of their own. Rooms are in alphabetical order, before people in the order of activity.
   *
   * @param {HTMLElement} entry
   * @param {ConversationSummary} conversation
   */
  function place(entry, conversation) {
    const isRoom = conversation.kind === "room";
    const list = conversation.starred ? starred : isRoom ? rooms : people;
    if (entry.parentElement === list) return;
    const name = nameOf(conversation, me.id);
    const next = all(list, "li").find(
      (other) => other.dataset.kind !== "room" || (isRoom && isBefore(name, other)),
    );
    list.insertBefore(entry, next ?? null);
    showHints();
  }

  /** @param {ConversationSummary} conversation */
  function drawEntry(conversation) {
    const isRoom = conversation.kind === "room";
    const entry = draw(isRoom ? "room-entry" : "person-entry", {
      ":scope": { dataset: { conversation: conversation.id } },
      a: { href: `/app/c/${conversation.id}` },
    });
    if (!isRoom) fillFace(entry, conversation);
    else if (conversation.visibility === "private")
      one(entry, ".hash").replaceChildren(draw("lock-template"));
    return entry;
  }

  /**
   * @param {HTMLElement} entry
   * @param {ConversationSummary} conversation
   */
  function fillFace(entry, conversation) {
    const person = faceOf(conversation, me);
    const isDirect = conversation.kind === "direct";
    const avatar = one(entry, ".avatar");
    avatar.classList.add(toneOf(person.id));
    showFace(avatar, nameOf(conversation, me.id), isDirect ? person.avatar_url : null);
    one(entry, ".tag").hidden = !isDirect || !person.bot;
    if (!isDirect) return;
    Object.assign(avatar.dataset, { user: person.id, presence: "unknown" });
    fill(entry, {
      ".status-emoji": {
        textContent: person.status_emoji ?? "",
        dataset: { statusOf: person.id },
      },
    });
  }

  function showHints() {
    one(root, ".starred").hidden = starred.children.length === 0;
    for (const list of [starred, rooms, people]) {
      const section = list.parentElement ?? root;
      const hint = find(section, `[data-hint="${list.dataset.list}"]`);
      if (hint) hint.hidden = list.children.length > 0;
      const tally = find(section, `[data-tally="${list.dataset.list}"]`);
      if (tally) tally.textContent = String(list.children.length || "");
    }
  }

  /** On a phone the link back to the list shows how many messages are unread in the other conversations. */
  function showElsewhere() {
    const badge = find(document, "[data-elsewhere]");
    if (!badge) return;
    let unread = 0;
    for (const [id, count] of unreadById) if (id !== openId) unread += count;
    fillCount(badge, unread);
  }

  /** @param {number} id */
  function entryOf(id) {
    return find(root, `li[data-conversation="${Number(id)}"]`);
  }

  return { show, showDraft, remove, open };
}

/**
 * @param {string} name
 * @param {HTMLElement} entry
 */
function isBefore(name, entry) {
  return name.localeCompare(one(entry, ".title").textContent ?? "", language) < 0;
}

/**
 * The number of mentions if there are any, in the strong colour; else that of unread messages.
 *
 * @param {HTMLElement} badge
 * @param {number} unread
 * @param {number} mentions
 */
function fillBadge(badge, unread, mentions) {
  badge.classList.toggle("mentioned", mentions > 0);
  fillCount(badge, mentions || unread);
  const words = [
    mentions && ngettext("mention", "mentions", mentions),
    unread && ngettext("%(num)s unread", "%(num)s unread", unread),
  ];
  fill(badge, { "[data-words]": ` ${mentions ? words.filter(Boolean).join(", ") : _("unread")}` });
}

/**
 * @param {HTMLElement} element
 * @param {number} unread
 */
export function fillCount(element, unread) {
  element.hidden = unread === 0;
  fill(element, { "[data-number]": unread > 99 ? "99+" : unread });
}
