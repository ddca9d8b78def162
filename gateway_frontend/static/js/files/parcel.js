/** One file that waits in the composer: its element, its progress, and what became of its upload. */

import { actionOf, draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { sizeWords, typeWords } from "./file-words.js";

export const UPLOADING = "uploading";
const DONE = "done";
export const FAILED = "failed";

/** @typedef {ReturnType<typeof createParcel>} Parcel */

/**
 * @param {import("./uploads.js").UploadFile | Attachment} file
 * @param {object} parts
 * @param {() => void} parts.retry
 * @param {() => void} parts.remove
 */
export function createParcel(file, { retry, remove }) {
  const element = draw("parcel-template", {
    ".file-name": file.name,
    ".file-about": about(file),
    progress: { "aria-label": _("Uploading %(name)s", { name: file.name }) },
    "[data-action=remove]": { "aria-label": _("Remove %(name)s", { name: file.name }) },
  });
  const image = one(element, "img", HTMLImageElement);
  const description = one(element, ".input", HTMLInputElement);
  const preview = previewOf(file);
  if (preview) Object.assign(image, { src: preview, hidden: false });
  element.addEventListener("click", (event) => {
    const action = actionOf(event);
    if (action === "retry") retry();
    if (action === "remove") remove();
  });

  /** @param {string} words */
  function showWords(words) {
    const place = one(element, ".file-about");
    if (place.textContent !== words) place.textContent = words;
  }

  return {
    element,
    state: UPLOADING,
    /** @type {Attachment | null} */
    attachment: null,
    /** @param {number} percent */
    progressed(percent) {
      if (this.state !== UPLOADING) return;
      one(element, "progress", HTMLProgressElement).value = percent;
      showWords(`${about(file)} · ${percent < 100 ? `${Math.round(percent)} %` : _("checking")}`);
    },
    /** @param {Attachment} attachment */
    done(attachment) {
      this.attachment = attachment;
      this.state = DONE;
      fill(element, { progress: { hidden: true } });
      showWords(about(attachment));
      if (!attachment.thumbnail_url) return;
      Object.assign(description, { hidden: false, value: attachment.alt || "" });
      description.setAttribute(
        "aria-label",
        _("Describe the picture %(name)s", { name: attachment.name }),
      );
    },
    /**
     * @param {string} words
     * @param {boolean} isFinal whether trying again is useless
     */
    failed(words, isFinal) {
      this.state = FAILED;
      element.classList.add("failed");
      fill(element, { progress: { hidden: true }, "[data-action=retry]": { hidden: isFinal } });
      showWords(words);
    },
    retried() {
      this.state = UPLOADING;
      element.classList.remove("failed");
      fill(element, { progress: { hidden: false }, "[data-action=retry]": { hidden: true } });
      showWords(about(file));
    },
    /** The person's description of the picture. */
    get description() {
      return description.value.trim();
    },
    remove() {
      if (image.src.startsWith("blob:")) URL.revokeObjectURL(image.src);
      element.remove();
    },
  };
}

/** @param {File | Attachment} file */
function previewOf(file) {
  if (!(file instanceof Blob)) return file.thumbnail_url;
  const isPicture = file.type.startsWith("image/") && file.type !== "image/svg+xml";
  return isPicture ? URL.createObjectURL(file) : null;
}

/** @param {{name: string, size: number}} file */
function about({ name, size }) {
  return `${typeWords(name)} · ${sizeWords(size)}`;
}
