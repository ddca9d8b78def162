/** Where files come from: the file chooser, the clipboard, and files dragged over the page. */

import { closest } from "../core/dom.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root the conversation, where files may be dropped
 * @param {HTMLElement} parts.chooser the button that opens the file chooser
 * @param {HTMLFormElement} parts.form
 * @param {(files: Iterable<File>) => void} parts.add
 * @param {() => Promise<void>} parts.prepare is called when files come near
 * @param {() => boolean} parts.isPrepared whether files that are dropped on `root` are taken without us
 */
export function createFileSources({ root, chooser, form, add, prepare, isPrepared }) {
  const input = makeInput();
  const listening = new AbortController();

  function makeInput() {
    const made = document.createElement("input");
    Object.assign(made, {
      type: "file",
      multiple: true,
      accept: chooser.dataset.accept,
      hidden: true,
    });
    made.addEventListener("change", () => {
      add(made.files ?? []);
      made.value = "";
    });
    form.append(made);
    return made;
  }

  /** @param {DragEvent} event */
  function dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    const isHere = isInside(event.target);
    if (event.type === "dragenter") {
      prepare().catch(() => {});
      root.classList.toggle("is-over", isHere);
    }
    const hasLeft = event.type === "dragleave" && !isInside(event.relatedTarget);
    if (hasLeft || event.type === "drop") root.classList.remove("is-over");
    // Dropzone takes files that are dropped here; elsewhere the browser would leave the page for the file.
    if (isHere && isPrepared()) return;
    event.preventDefault();
    if (event.type === "drop" && isHere) add(event.dataTransfer.files);
  }

  /** @param {ClipboardEvent} event */
  function pasted(event) {
    const { files, types } = event.clipboardData ?? new DataTransfer();
    // Text that office programs copy has a picture of itself beside it.
    if (!files.length || types.includes("text/rtf") || closest(event.target, "dialog, .editor"))
      return;
    if (closest(event.target, ".panel") !== closest(root, ".panel")) return; // another composer's
    event.preventDefault();
    add(files);
  }

  /** @param {EventTarget | null} target */
  function isInside(target) {
    return target instanceof Node && root.contains(target);
  }

  const { signal } = listening;
  document.addEventListener("dragenter", dragged, { capture: true, signal });
  document.addEventListener("dragover", dragged, { capture: true, signal });
  document.addEventListener("dragleave", dragged, { capture: true, signal });
  document.addEventListener("drop", dragged, { capture: true, signal });
  document.addEventListener("paste", pasted, { signal });
  chooser.addEventListener("click", () => {
    prepare().catch(() => {});
    input.click();
  });

  return {
    close() {
      listening.abort();
    },
  };
}
