/** Ctrl-K: a dialog over the page that finds conversations and people by name. What `/app/find` is without scripts. */

import { initials, nameOf, othersIn, toneOf } from "./titles.js";

const MOST = 8;
const REST = 120; // ms without a key before people are asked for

/**
 * `conversations()` → all that are known here, with their unread counts; `fetchPeople(q, limit)` calls the API;
 * `shown(element)` is told of each new list; `go(url)` opens a page.
 */
export function createJump({ me, conversations, fetchPeople, shown, go }) {
  let dialog = null;
  let input = null;
  let asked = 0;
  let timer = null;
  let caret = null;
  let isEntered = false; // before anything was found

  function open() {
    const { activeElement: box } = document;
    caret =
      box?.selectionStart == null
        ? null
        : { box, start: box.selectionStart, end: box.selectionEnd };
    dialog = document.getElementById("jump-template").content.firstElementChild.cloneNode(true);
    input = dialog.querySelector("input");
    input.addEventListener("input", typed);
    dialog.addEventListener("keydown", pressed);
    dialog.addEventListener("click", clicked);
    dialog.addEventListener("pointermove", pointed);
    dialog.addEventListener("close", closed);
    document.body.append(dialog);
    dialog.showModal();
    typed();
  }

  function closed() {
    clearTimeout(timer);
    asked += 1;
    dialog.remove();
    dialog = null;
    // Chromium gives a box its focus back, but loses the caret when the dialog goes from the page.
    if (caret && caret.box === document.activeElement)
      caret.box.setSelectionRange(caret.start, caret.end);
  }

  /** What is known here shows at once; people join when the typing rests. */
  function typed() {
    const q = query();
    const found = matching(conversations(), q, me).slice(0, MOST);
    fill(
      "conversations",
      found.map((conversation) => conversationOption(conversation, me)),
    );
    fill(
      "people",
      options("people").filter((option) =>
        option.textContent.toLowerCase().includes(q.toLowerCase()),
      ),
    );
    isEntered = false;
    for (const link of dialog.querySelectorAll("[data-find]"))
      link.href = q ? `/app/find?q=${encodeURIComponent(q)}` : "/app/find";
    choose(options()[0]);
    clearTimeout(timer);
    timer = setTimeout(() => addPeople(q, found), REST);
  }

  async function addPeople(q, found) {
    asked += 1;
    const turn = asked;
    let people = [];
    let problem = "";
    try {
      people = await fetchPeople(q, 2 * MOST);
    } catch {
      problem = "People cannot be searched just now.";
    }
    if (turn !== asked) return; // another word was typed meanwhile, or the dialog is gone
    const known = new Map(
      conversations()
        .filter(({ kind }) => kind === "direct")
        .map((one) => [(othersIn(one, me.id)[0] ?? me).id, one]),
    );
    const listed = new Set(found.map(({ id }) => id));
    const others = people.filter(({ id }) => !listed.has(known.get(id)?.id)).slice(0, MOST);
    fill(
      "people",
      others.map((person) => personOption(person, known.get(person.id), me)),
    );
    if (!chosen()) choose(options()[0]);
    say(problem || words(options().length, q));
    if (isEntered) chosen()?.click();
  }

  function fill(group, elements) {
    const place = dialog.querySelector(`[data-group=${group}]`);
    place.querySelector("[data-options]").replaceChildren(...elements);
    place.hidden = !elements.length;
    for (const [index, option] of options().entries()) option.id = `jump-${index}`;
    input.setAttribute("aria-expanded", String(options().length > 0));
    shown(dialog);
    choose(chosen());
  }

  function say(text) {
    const status = dialog.querySelector("[role=status]");
    status.textContent = text;
    status.classList.toggle("out-of-sight", options().length > 0);
  }

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (!option) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", option.id);
    return option.scrollIntoView({ block: "nearest" });
  }

  function pressed(event) {
    if (event.isComposing) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      const all = options();
      choose(all[(all.indexOf(chosen()) + step + all.length) % all.length]);
    } else if (event.key === "Enter" && event.target === input) {
      event.preventDefault();
      isEntered = !chosen();
      chosen()?.click();
    }
  }

  function clicked(event) {
    if (event.target === dialog || event.target.closest("[data-action=close]"))
      return dialog.close();
    const link = event.target.closest("a[href]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return undefined;
    event.preventDefault();
    dialog.close();
    return go(link.getAttribute("href"));
  }

  function pointed(event) {
    const option = event.target.closest("[role=option]");
    if (option && option !== chosen()) choose(option);
  }

  function query() {
    return input.value.trim().replace(/^[#@]\s*/, "");
  }

  function options(group = "") {
    return Array.from(dialog.querySelectorAll(`${group && `[data-group=${group}] `}[role=option]`));
  }

  function chosen() {
    return dialog.querySelector("[role=option][aria-selected=true]");
  }

  document.addEventListener("keydown", (event) => {
    if (
      event.key.toLowerCase() !== "k" ||
      !(event.ctrlKey || event.metaKey) ||
      event.shiftKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    if (dialog) dialog.close();
    else if (!document.querySelector("dialog[open]")) open();
  });
  document.querySelector("a.jump")?.addEventListener("click", (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    open();
  });
}

/** Those whose name, or whose only other member's nickname, has `q` in it: unread ones first, beginnings before middles. */
export function matching(conversations, q, me) {
  const wanted = q.toLowerCase();
  const ranked = [];
  for (const conversation of conversations) {
    const [other] = conversation.kind === "direct" ? [othersIn(conversation, me.id)[0] ?? me] : [];
    const names = [nameOf(conversation, me.id), other?.nickname ?? ""].map((name) =>
      name.toLowerCase(),
    );
    if (!names.some((name) => name.includes(wanted))) continue;
    const isBeginning = names.some((name) => name.startsWith(wanted));
    ranked.push([conversation, (isBeginning ? 0 : 2) + (conversation.unread ? 0 : 1)]);
  }
  return ranked.sort(([, one], [, other]) => one - other).map(([conversation]) => conversation);
}

function conversationOption(conversation, me) {
  const isRoom = conversation.kind === "room";
  const [other] = conversation.kind === "direct" ? [othersIn(conversation, me.id)[0] ?? me] : [];
  const option = drawOption(
    `/app/c/${conversation.id}`,
    nameOf(conversation, me.id),
    other ? `@${other.nickname}` : conversation.topic,
  );
  if (isRoom) option.querySelector(".avatar").remove();
  else {
    option.querySelector(".hash").remove();
    fillSign(
      option,
      other ?? othersIn(conversation, me.id)[0] ?? me,
      nameOf(conversation, me.id),
      Boolean(other),
    );
  }
  if (isRoom && conversation.visibility === "private") {
    option
      .querySelector(".hash")
      .replaceChildren(document.getElementById("lock-template").content.cloneNode(true));
  }
  const count = option.querySelector(".count");
  count.hidden = !conversation.unread;
  count.querySelector("[data-number]").textContent =
    conversation.unread > 99 ? "99+" : conversation.unread;
  return option;
}

function personOption(person, conversation, me) {
  const name = person.id === me.id ? `${person.name} (you)` : person.name;
  const option = drawOption(
    conversation ? `/app/c/${conversation.id}` : `/app/u/${person.id}`,
    name,
    `@${person.nickname}`,
  );
  option.querySelector(".hash").remove();
  fillSign(option, person, person.name, true);
  return option;
}

function drawOption(href, title, about) {
  const option = document
    .getElementById("jump-option-template")
    .content.firstElementChild.cloneNode(true);
  option.href = href;
  option.querySelector(".title").textContent = title;
  option.querySelector("small").textContent = about;
  return option;
}

function fillSign(option, person, name, isOnePerson) {
  const sign = option.querySelector(".avatar");
  sign.classList.add(toneOf(person.id));
  sign.textContent = initials(name);
  if (isOnePerson) Object.assign(sign.dataset, { user: person.id, presence: "unknown" });
}

function words(count, q) {
  if (!count) return `Nothing and nobody here is called “${q}”. Try a part of the name.`;
  return count === 1 ? "1 found" : `${count} found`;
}
