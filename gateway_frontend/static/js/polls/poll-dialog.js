/** The dialog that asks for a poll's question and choices. */

const MOST_LINES = 50;
const LEAST_LINES = 2;

/** `ask(poll)` gets what was filled in: {question, choices, multiple, anonymous, closes_at?}. */
export function openPollDialog(ask) {
  const dialog = document.getElementById("ask-template").content.firstElementChild.cloneNode(true);
  const form = dialog.querySelector("form");
  const lines = dialog.querySelector(".lines-of-choices");
  const wrong = dialog.querySelector("p.wrong");

  function addLine() {
    const line = document
      .getElementById("choice-line-template")
      .content.firstElementChild.cloneNode(true);
    lines.append(line);
    number();
    return line;
  }

  function removeLine(line) {
    const neighbour = line.nextElementSibling || line.previousElementSibling;
    line.remove();
    number();
    neighbour.querySelector("input").focus();
  }

  function number() {
    const all = Array.from(lines.children);
    for (const [index, line] of all.entries()) {
      line.querySelector("input").setAttribute("aria-label", `Choice ${index + 1}`);
      line.querySelector("button").setAttribute("aria-label", `Remove choice ${index + 1}`);
      line.querySelector("button").hidden = all.length <= LEAST_LINES;
    }
    dialog.querySelector("[data-action=add-line]").hidden = all.length >= MOST_LINES;
  }

  function submitted(event) {
    event.preventDefault();
    const poll = read(form);
    const problem = whatIsWrong(poll);
    wrong.hidden = !problem;
    wrong.textContent = problem?.words ?? "";
    if (problem)
      return dialog.querySelectorAll(`[name=${problem.field}]`)[problem.index ?? 0].focus();
    dialog.close();
    return ask(poll);
  }

  /** Enter goes to the next choice, and makes one after the last that is filled. */
  function pressed(event) {
    if (
      event.key !== "Enter" ||
      event.isComposing ||
      event.target.name !== "choice" ||
      !event.target.value
    )
      return;
    event.preventDefault();
    const line = event.target.closest(".line");
    (line.nextElementSibling || addLine()).querySelector("input").focus();
  }

  form.addEventListener("submit", submitted);
  form.addEventListener("keydown", pressed);
  dialog.addEventListener("click", (event) => {
    const button = event.target.closest("[data-action]");
    if (button?.dataset.action === "add-line") addLine().querySelector("input").focus();
    if (button?.dataset.action === "remove-line") removeLine(button.closest(".line"));
    if (button?.dataset.action === "cancel") dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  number();
  dialog.showModal();
}

function read(form) {
  const data = new FormData(form);
  const closesAt = data.get("closes_at");
  return {
    question: data.get("question").trim(),
    choices: data
      .getAll("choice")
      .map((choice) => choice.trim())
      .filter(Boolean),
    multiple: data.has("multiple"),
    anonymous: data.has("anonymous"),
    ...(closesAt ? { closes_at: new Date(closesAt).toISOString() } : {}),
  };
}

/** → {words, field, index?}, or null; the server checks all of it again. */
export function whatIsWrong({ question, choices, closes_at: closesAt }, now = Date.now()) {
  if (!question) return { words: "Write a question.", field: "question" };
  if (choices.length < LEAST_LINES)
    return { words: "Give at least two choices.", field: "choice", index: choices.length };
  const folded = choices.map((choice) => choice.toLowerCase());
  const twice = folded.findIndex((choice, index) => folded.indexOf(choice) !== index);
  if (twice >= 0)
    return { words: "Each choice may be there only once.", field: "choice", index: twice };
  if (closesAt && new Date(closesAt) <= now)
    return { words: "The poll would close before it begins.", field: "closes_at" };
  return null;
}
