/** The box to write in: Enter sends, Shift+Enter makes a line, it grows with the text, and keeps a draft. */

/**
 * `send(text)` gets what was written; `typed()` each change; `editLast()` the arrow up in an empty box.
 * `mayBeEmpty()`: there is something to send without words; `holds()`: not yet.
 */
export function createComposer({ form, draftKey, send, typed, editLast, mayBeEmpty = () => false, holds = () => false }) {
  const box = form.querySelector("textarea");
  if (!box.value) box.value = localStorage.getItem(draftKey) || "";
  fit(box);

  function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if ((!text && !mayBeEmpty()) || holds()) return box.focus();
    box.value = "";
    keepDraft();
    fit(box);
    box.focus();
    return send(text);
  }

  function pressed(event) {
    if (event.isComposing) return; // Enter that chooses a word in an input method sends nothing
    if (event.key === "Enter" && !event.shiftKey && !event.altKey && !event.ctrlKey) submit(event);
    if (event.key === "ArrowUp" && !box.value) editLast(event);
  }

  function changed() {
    fit(box);
    keepDraft();
    typed(box.value);
  }

  function keepDraft() {
    if (box.value) localStorage.setItem(draftKey, box.value);
    else localStorage.removeItem(draftKey);
  }

  /** What is typed while nothing that takes text has the focus goes into the box. */
  function typedElsewhere(event) {
    const { target } = event;
    const isText = event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (!isText || event.defaultPrevented || document.querySelector("dialog[open]")) return;
    if (target === document.body || target.matches(".log, .message")) box.focus();
  }

  const listening = new AbortController();
  document.addEventListener("keydown", typedElsewhere, { signal: listening.signal });
  form.addEventListener("submit", submit);
  box.addEventListener("keydown", pressed);
  box.addEventListener("input", changed);
  return {
    focus() { box.focus(); },
    close() { listening.abort(); },
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
