/** The box to write in: Enter sends, Shift+Enter makes a line, it grows with the text, and keeps a draft. */

/** On touch keyboards there is no Shift+Enter: Enter makes a line there, and Send sends. */
const isTouch = matchMedia("(hover: none) and (pointer: coarse)").matches;

/**
 * `send(text)` gets what was written; `typed()` each change; `editLast()` the arrow up in an empty box; `drafted(has)`
 * whether there is a draft. `mayBeEmpty()`: there is something to send without words; `holds()`: not yet.
 * `sendAsFile(files)` attaches a text that is too long; `scrollLog(pages)` scrolls what is above the box.
 */
export function createComposer({
  form,
  draftKey,
  send,
  typed,
  editLast,
  scrollLog,
  sendAsFile,
  failed,
  drafted,
  mayBeEmpty = () => false,
  holds = () => false,
}) {
  const box = form.querySelector("textarea");
  const over = form.querySelector(".over");
  const longest = box.maxLength;
  box.removeAttribute("maxlength"); // browsers would cut what is pasted without a word
  box.enterKeyHint = isTouch ? "enter" : "send";
  if (!box.value) box.value = localStorage.getItem(draftKey) || "";
  fit(box);
  showOver();

  function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if ((!text && !mayBeEmpty()) || holds()) return box.focus();
    if (excess())
      return failed(
        `This is too long to send. Shorten it by ${count(excess())}, or send it as a text file.`,
      );
    empty();
    box.focus();
    return send(text);
  }

  /** On a narrow screen the box is laid out by what has the focus: a press must not move its own button. */
  function keepFocus(event) {
    if (event.target.closest("button")) event.preventDefault();
  }

  function empty() {
    box.value = "";
    keepDraft();
    fit(box);
    showOver();
  }

  function pressed(event) {
    if (event.isComposing) return; // Enter that chooses a word in an input method sends nothing
    const isPlain = !event.shiftKey && !event.altKey && !event.ctrlKey && !event.metaKey;
    if (event.key === "Enter" && isPlain && !isTouch) submit(event);
    if (event.key === "ArrowUp" && isPlain && !box.value) editLast(event);
    const pages = { PageUp: -1, PageDown: 1 }[event.key];
    if (pages && isPlain) {
      event.preventDefault();
      scrollLog(pages);
    }
  }

  function changed() {
    fit(box);
    keepDraft();
    showOver();
    typed(box.value);
  }

  function keepDraft() {
    if (box.value) localStorage.setItem(draftKey, box.value);
    else localStorage.removeItem(draftKey);
    drafted(Boolean(box.value));
  }

  /** How many characters there are too many, as the server counts them. */
  function excess() {
    return box.value.length > longest
      ? Math.max(0, Array.from(box.value.trim()).length - longest)
      : 0;
  }

  function showOver() {
    const characters = excess();
    over.hidden = !characters;
    const words = `Too long by ${count(characters)}.`;
    const place = over.querySelector("span");
    if (characters && place.textContent !== words) place.textContent = words;
  }

  function attachText() {
    const file = new File([box.value], "message.txt", { type: "text/plain" });
    empty();
    sendAsFile([file]);
    box.focus();
  }

  /** What is typed while nothing that takes text has the focus goes into the box. */
  function typedElsewhere(event) {
    const { target } = event;
    const isText =
      event.key.length === 1 &&
      event.key !== " " &&
      !event.ctrlKey &&
      !event.metaKey &&
      !event.altKey;
    if (!isText || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (target === document.body || target.matches(".log, .message")) box.focus();
  }

  const listening = new AbortController();
  document.addEventListener("keydown", typedElsewhere, { signal: listening.signal });
  form.addEventListener("submit", submit);
  form.addEventListener("mousedown", keepFocus);
  box.addEventListener("keydown", pressed);
  box.addEventListener("input", changed);
  over.querySelector("button").addEventListener("click", attachText);
  return {
    focus() {
      box.focus();
    },
    close() {
      listening.abort();
    },
    /** Put a text back, for example of a message that was given up. */
    restore(text) {
      box.value = box.value ? `${text}\n${box.value}` : text;
      changed();
      box.focus();
    },
  };
}

/** Browsers that know `field-sizing` do this by themselves. */
export function fit(box) {
  if (CSS.supports("field-sizing", "content")) return;
  box.style.height = "auto";
  box.style.height = `${box.scrollHeight}px`;
}

function count(characters) {
  return `${characters.toLocaleString("en")} ${characters === 1 ? "character" : "characters"}`;
}
