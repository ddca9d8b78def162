/** The list of conversations on the left: names, unread marks, which one is open. */

import { initials, nameOf, othersIn, toneOf } from "./titles.js";

export function createSidebar(root, me) {
  const sections = { room: root.querySelector("[data-list=rooms]"), direct: root.querySelector("[data-list=people]") };

  /** Bring one entry up to date; a conversation that is new here gets one. */
  function show(conversation, unread) {
    const entry = entryOf(conversation.id) || addEntry(conversation);
    entry.querySelector(".title").textContent = nameOf(conversation, me.id);
    showUnread(conversation.id, unread);
  }

  function showUnread(id, unread) {
    const entry = entryOf(id);
    if (!entry) return;
    const count = entry.querySelector(".count");
    entry.classList.toggle("unread", unread > 0);
    count.hidden = unread === 0;
    count.querySelector("[data-number]").textContent = unread > 99 ? "99+" : unread;
  }

  function remove(id) {
    entryOf(id)?.remove();
    showHints();
  }

  function open(id) {
    for (const link of root.querySelectorAll("[aria-current]")) link.removeAttribute("aria-current");
    entryOf(id)?.querySelector("a").setAttribute("aria-current", "page");
  }

  function addEntry(conversation) {
    const template = document.getElementById(conversation.kind === "room" ? "room-entry" : "person-entry");
    const entry = template.content.firstElementChild.cloneNode(true);
    entry.dataset.conversation = conversation.id;
    entry.querySelector("a").href = `/app/c/${conversation.id}`;
    const sign = entry.querySelector(".avatar");
    if (sign) fillSign(sign, conversation);
    else if (conversation.visibility === "private") entry.querySelector(".hash").replaceChildren(document.getElementById("lock-template").content.cloneNode(true));
    (sections[conversation.kind] || sections.direct).prepend(entry);
    showHints();
    return entry;
  }

  function fillSign(sign, conversation) {
    const person = othersIn(conversation, me.id)[0] || me;
    sign.classList.add(toneOf(person.id));
    sign.textContent = initials(nameOf(conversation, me.id));
    if (conversation.kind === "direct") Object.assign(sign.dataset, { user: person.id, presence: "offline" });
    else delete sign.dataset.presence;
  }

  function showHints() {
    for (const list of Object.values(sections)) {
      const hint = list.parentElement.querySelector(`[data-hint="${list.dataset.list}"]`);
      if (hint) hint.hidden = list.children.length > 0;
    }
  }

  function entryOf(id) {
    return root.querySelector(`li[data-conversation="${Number(id)}"]`);
  }

  return { show, showUnread, remove, open };
}
