/** The list of conversations on the left: names, unread marks, which one is open. */

import { createFolds } from "./folds.js";
import { initials, nameOf, othersIn, toneOf } from "./titles.js";

export function createSidebar(root, me) {
  const sections = {
    room: root.querySelector("[data-list=rooms]"),
    direct: root.querySelector("[data-list=people]"),
  };

  const unreadById = new Map();
  let openId = 0;
  const folds = createFolds(root.querySelector(".lists"));

  /** Bring one entry up to date; a conversation that is new here gets one. */
  function show(conversation, unread) {
    const entry = entryOf(conversation.id) || addEntry(conversation);
    const name = nameOf(conversation, me.id);
    entry.querySelector(".title").textContent = name;
    entry.querySelector("a").title = name;
    const archived = entry.querySelector("[data-archived]");
    if (archived) archived.hidden = !conversation.archived;
    showUnread(conversation.id, unread);
  }

  function showUnread(id, unread) {
    unreadById.set(id, unread);
    showElsewhere();
    const entry = entryOf(id);
    if (!entry) return;
    entry.classList.toggle("unread", unread > 0);
    fillCount(entry.querySelector(".count"), unread);
    folds.changed();
  }

  /** Whether something is written there that was not sent. */
  function showDraft(id, hasDraft) {
    const mark = entryOf(id)?.querySelector(".draft");
    if (mark) mark.hidden = !hasDraft;
  }

  function remove(id) {
    entryOf(id)?.remove();
    unreadById.delete(id);
    showElsewhere();
    showHints();
  }

  function open(id) {
    openId = id;
    showElsewhere();
    for (const link of root.querySelectorAll("[aria-current]"))
      link.removeAttribute("aria-current");
    const link = entryOf(id)?.querySelector("a");
    link?.setAttribute("aria-current", "page");
    link?.scrollIntoView({ block: "nearest" });
    folds.changed();
  }

  function addEntry(conversation) {
    const template = document.getElementById(
      conversation.kind === "room" ? "room-entry" : "person-entry",
    );
    const entry = template.content.firstElementChild.cloneNode(true);
    entry.dataset.conversation = conversation.id;
    entry.querySelector("a").href = `/app/c/${conversation.id}`;
    const sign = entry.querySelector(".avatar");
    if (sign) fillSign(sign, conversation);
    else if (conversation.visibility === "private")
      entry
        .querySelector(".hash")
        .replaceChildren(document.getElementById("lock-template").content.cloneNode(true));
    (sections[conversation.kind] || sections.direct).prepend(entry);
    showHints();
    return entry;
  }

  function fillSign(sign, conversation) {
    const person = othersIn(conversation, me.id)[0] || me;
    sign.classList.add(toneOf(person.id));
    sign.textContent = initials(nameOf(conversation, me.id));
    sign.closest("li").querySelector(".tag").hidden = conversation.kind !== "direct" || !person.bot;
    if (conversation.kind === "direct")
      Object.assign(sign.dataset, { user: person.id, presence: "unknown" });
    else delete sign.dataset.presence;
  }

  function showHints() {
    for (const list of Object.values(sections)) {
      const hint = list.parentElement.querySelector(`[data-hint="${list.dataset.list}"]`);
      if (hint) hint.hidden = list.children.length > 0;
      const tally = list.parentElement.querySelector(`[data-tally="${list.dataset.list}"]`);
      if (tally) tally.textContent = list.children.length || "";
    }
  }

  /** On a phone the way back to the list carries what is unread in the other conversations. */
  function showElsewhere() {
    const badge = document.querySelector("[data-elsewhere]");
    if (!badge) return;
    let unread = 0;
    for (const [id, count] of unreadById) if (id !== openId) unread += count;
    fillCount(badge, unread);
  }

  function entryOf(id) {
    return root.querySelector(`li[data-conversation="${Number(id)}"]`);
  }

  return { show, showUnread, showDraft, remove, open };
}

function fillCount(element, unread) {
  element.hidden = unread === 0;
  element.querySelector("[data-number]").textContent = unread > 99 ? "99+" : unread;
}
