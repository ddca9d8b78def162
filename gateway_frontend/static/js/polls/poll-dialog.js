/** The dialog that asks for a poll's question and choices. */

import { actionOf, all, closest, draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";

const LEAST_LINES = 2;

/** @param {(poll: NewPoll) => void} ask gets the filled form */
export function openPollDialog(ask) {
  const dialog = draw("ask-template");
  const form = one(dialog, "form", HTMLFormElement);
  const lines = one(dialog, ".lines-of-choices");
  const most = Number(lines.dataset.most) || Infinity;

  function addLine() {
    const line = draw("choice-line-template");
    lines.append(line);
    number();
    return line;
  }

  /** @param {Element} line */
  function removeLine(line) {
    const other = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    number();
    if (other) one(other, "input").focus();
  }

  function number() {
    const drawn = all(lines, ":scope > *");
    for (const [index, line] of drawn.entries())
      fill(line, {
        input: { "aria-label": _("Choice %(number)s", { number: index + 1 }) },
        button: {
          "aria-label": _("Remove choice %(number)s", { number: index + 1 }),
          hidden: drawn.length <= LEAST_LINES,
        },
      });
    fill(dialog, { "[data-action=add-line]": { hidden: drawn.length >= most } });
  }

  /** @param {SubmitEvent} event */
  function submitted(event) {
    event.preventDefault();
    const poll = read(form);
    const problem = problemWith(poll);
    fill(dialog, { "p.wrong": { hidden: !problem, textContent: problem?.words ?? "" } });
    if (problem) return all(dialog, `[name=${problem.field}]`)[problem.index ?? 0]?.focus();
    dialog.close();
    return ask(poll);
  }

  /**
   * Enter goes to the next choice, and makes one after the last that is filled.
   *
   * @param {KeyboardEvent} event
   */
  function pressed(event) {
    const input = closest(event.target, "[name=choice]", HTMLInputElement);
    if (event.key !== "Enter" || event.isComposing || !input?.value) return;
    event.preventDefault();
    const next = closest(input, ".line")?.nextElementSibling || addLine();
    one(next, "input").focus();
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const action = actionOf(event);
    const line = closest(event.target, ".line");
    if (action === "add-line") one(addLine(), "input").focus();
    if (action === "remove-line" && line) removeLine(line);
    if (action === "cancel") dialog.close();
  }

  form.addEventListener("submit", submitted);
  form.addEventListener("keydown", pressed);
  dialog.addEventListener("click", clicked);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  number();
  dialog.showModal();
}

/**
 * @param {HTMLFormElement} form
 * @returns {NewPoll}
 */
function read(form) {
  const data = new FormData(form);
  const closesAt = String(data.get("closes_at") ?? "");
  return {
    question: String(data.get("question")).trim(),
    choices: data
      .getAll("choice")
      .map((choice) => String(choice).trim())
      .filter(Boolean),
    multiple: data.has("multiple"),
    anonymous: data.has("anonymous"),
    ...(closesAt ? { closes_at: new Date(closesAt).toISOString() } : {}),
  };
}

/**
 * → what is wrong and where, or null; the server checks all of it again.
 *
 * @param {NewPoll} poll
 * @returns {{words: string, field: string, index?: number} | null}
 */
export function problemWith({ question, choices, closes_at: closesAt }, now = Date.now()) {
  if (!question) return { words: _("Write a question."), field: "question" };
  if (choices.length < LEAST_LINES)
    return { words: _("Give at least two choices."), field: "choice", index: choices.length };
  const folded = choices.map((choice) => choice.toLowerCase());
  const twice = folded.findIndex((choice, index) => folded.indexOf(choice) !== index);
  if (twice >= 0)
    return { words: _("Each choice may be there only once."), field: "choice", index: twice };
  if (closesAt && new Date(closesAt).getTime() <= now)
    return { words: _("The poll would close before it begins."), field: "closes_at" };
  return null;
}
