/** The dialog that forwards a message: to whom, with which comment. */

import { call } from "../core/api.js";
import { actionOf, closest, draw, fill, one } from "../core/dom.js";
import { makeUuid } from "../core/ids.js";
import { _ } from "../core/language.js";
import { drawConversation, drawPerson, matching } from "../shell/jump-options.js";
import { createOptionList } from "../shell/option-list.js";
import { faceOf } from "../shell/titles.js";

const MOST = 6;
const REST = 120; // ms without a key before people are searched

/**
 * @param {object} parts
 * @param {Message} parts.original
 * @param {import("../shell/jump.js").JumpParts} parts.jump
 * @param {(place: {url: string, name: string}) => void} parts.sent
 */
export function openForwardDialog({ original, jump, sent }) {
  const { me, conversations, fetchPeople, shown } = jump;
  const clientId = makeUuid();
  const dialog = draw("forward-template", {
    ".forwarding-original b": original.author.name,
    ".forwarding-original span": summaryOf(original),
  });
  const form = one(dialog, "form", HTMLFormElement);
  const to = one(dialog, ".forwarding-to");
  const input = one(to, "input", HTMLInputElement);
  const comment = one(dialog, "textarea", HTMLTextAreaElement);
  const list = createOptionList(to, input, "forward");
  let turn = 0;
  /** @type {number | undefined} */
  let timer;

  function typed() {
    const q = input.value.trim().replace(/^[#@]\s*/, "");
    const open = conversations().filter(({ archived }) => !archived);
    const found = matching(open, q, me).slice(0, MOST);
    show(
      "conversations",
      found.map((conversation) => drawConversation(conversation, me)),
    );
    show("people", []);
    list.choose(list.options()[0]);
    clearTimeout(timer);
    timer = setTimeout(() => addPeople(q), REST);
  }

  /**
   * Only people without a direct conversation: the others are found among the conversations.
   *
   * @param {string} q
   */
  async function addPeople(q) {
    turn += 1;
    const current = turn;
    const people = (await fetchPeople(q, 2 * MOST).catch(() => null)) ?? [];
    if (current !== turn) return;
    const direct = conversations().filter(({ kind }) => kind === "direct");
    const known = new Set(direct.map((conversation) => faceOf(conversation, me).id));
    const others = people.filter(({ id }) => !known.has(id)).slice(0, MOST);
    show(
      "people",
      others.map((person) => drawPerson(person, undefined, me)),
    );
    if (!list.chosen()) list.choose(list.options()[0]);
  }

  /**
   * @param {"conversations" | "people"} group
   * @param {HTMLAnchorElement[]} options
   */
  function show(group, options) {
    one(to, `[data-group=${group}]`).replaceChildren(...options);
    shown(dialog);
    list.changed();
  }

  /** @param {SubmitEvent} event */
  async function submitted(event) {
    event.preventDefault();
    const option = list.chosen();
    if (!option) return showProblem(_("Choose where to forward it."));
    const submit = one(dialog, "[type=submit]", HTMLButtonElement);
    submit.disabled = true;
    try {
      const message = await call("POST", "/api/messages", {
        ...targetOf(/** @type {HTMLAnchorElement} */ (option)),
        content: comment.value.trim(),
        forwarded_from: original.id,
        client_id: clientId,
      });
      dialog.close();
      const isRoom = option.querySelector(".hash")?.textContent === "#";
      const name = `${isRoom ? "# " : ""}${one(option, ".title").textContent}`;
      sent({ url: `/app/c/${message.conversation_id}`, name });
    } catch (problem) {
      showProblem(problem.message);
    } finally {
      submit.disabled = false;
    }
    return undefined;
  }

  /** @param {string} words */
  function showProblem(words) {
    fill(dialog, { "p.wrong": { hidden: false, textContent: words } });
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.isComposing || event.key !== "Enter") return;
    if (event.target === input) {
      event.preventDefault();
      comment.focus();
    } else if (event.target === comment && !event.shiftKey) {
      event.preventDefault();
      form.requestSubmit();
    }
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    if (actionOf(event) === "cancel" || event.target === dialog) return dialog.close();
    const option = closest(event.target, "[role=option]");
    if (!option) return undefined;
    event.preventDefault();
    list.choose(option);
    return comment.focus();
  }

  // On its way to the button the pointer must not choose another place.
  one(to, "[role=listbox]").addEventListener("pointermove", (event) => event.stopPropagation());
  input.addEventListener("input", typed);
  form.addEventListener("submit", submitted);
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("close", () => {
    clearTimeout(timer);
    turn += 1;
    dialog.remove();
  });
  document.body.append(dialog);
  dialog.showModal();
  typed();
}

/**
 * Where an option leads: into a conversation, or to a person.
 *
 * @param {HTMLAnchorElement} option
 * @returns {Target}
 */
function targetOf({ pathname }) {
  const id = Number(pathname.split("/").pop());
  return pathname.startsWith("/app/c/") ? { conversation_id: id } : { recipient_id: id };
}

/** @param {Message} original */
function summaryOf({ html, poll, attachments, forwarded_from: earlier }) {
  if (poll) return `Poll: ${poll.question}`;
  const text = new DOMParser().parseFromString(earlier?.html || html, "text/html").body.textContent;
  return text?.trim() || attachments.map(({ name }) => name).join(", ");
}
