/** The files that wait in the composer: dropped, pasted or chosen, uploaded at once, sent with the message. */

import { call } from "../core/api.js";
import { sizeWords, typeWords } from "./file-words.js";
import { createUploads } from "./uploads.js";

const UPLOADING = "uploading";
const DONE = "done";
const FAILED = "failed";

/** `root` is the conversation's element; `failed(words)` says what went wrong. */
export function createTray({ root, failed }) {
  const form = root.querySelector("form.box");
  const list = form.querySelector(".tray");
  const chooser = form.querySelector("[data-action=choose-files]");
  const send = form.querySelector("[type=submit]");
  const most = Number(chooser.dataset.most);
  const maxBytes = Number(chooser.dataset.maxBytes) || Infinity;
  const parcels = new Map(); // file → {element, state, attachment}
  const input = makeInput();
  const listening = new AbortController();
  let isWanted = false; // Send was pressed while a file was still on its way
  const uploads = createUploads({ root, added, progressed, done, failed: uploadFailed });

  function added(file) {
    if (parcels.size >= most) {
      failed(`A message takes at most ${most} files.`);
      return uploads.remove(file);
    }
    const parcel = { element: draw(file), state: UPLOADING, attachment: null };
    parcels.set(file, parcel);
    list.append(parcel.element);
    show();
    if (file.size > maxBytes) {
      file.accepted = false;
      uploads.remove(file);
      uploadFailed(file, `Too large: at most ${sizeWords(maxBytes)}`, { isFinal: true });
    }
    return undefined;
  }

  function progressed(file, percent) {
    const parcel = parcels.get(file);
    if (!parcel || parcel.state !== UPLOADING) return;
    parcel.element.querySelector("progress").value = percent;
    say(
      parcel,
      percent < 100 ? `${about(file)} · ${Math.round(percent)} %` : `${about(file)} · checking`,
    );
  }

  function done(file, attachment) {
    const parcel = parcels.get(file);
    if (!parcel) return remove(attachment.id);
    Object.assign(parcel, { attachment, state: DONE });
    parcel.element.querySelector("progress").hidden = true;
    say(parcel, about(attachment));
    if (attachment.thumbnail_url) askWhatItShows(parcel);
    return settled();
  }

  function uploadFailed(file, words, { isFinal = false } = {}) {
    const parcel = parcels.get(file);
    if (!parcel) return;
    parcel.state = FAILED;
    parcel.element.classList.add("failed");
    parcel.element.querySelector("progress").hidden = true;
    parcel.element.querySelector("[data-action=retry]").hidden = isFinal;
    say(parcel, words);
    settled();
  }

  function askWhatItShows(parcel) {
    const field = parcel.element.querySelector(".input");
    field.hidden = false;
    field.value = parcel.attachment.alt || "";
    field.setAttribute("aria-label", `Describe the picture ${parcel.attachment.name}`);
  }

  /** A message that waited for this goes now. */
  function settled() {
    const states = Array.from(parcels.values(), (parcel) => parcel.state);
    if (states.includes(UPLOADING)) return;
    const isGoing = isWanted && !states.includes(FAILED);
    want(false);
    if (isGoing) form.requestSubmit();
  }

  function want(wanted) {
    isWanted = wanted;
    send.textContent = wanted ? "Waiting…" : "Send";
  }

  function draw(file) {
    const element = document
      .getElementById("parcel-template")
      .content.firstElementChild.cloneNode(true);
    element.querySelector(".file-name").textContent = file.name;
    element.querySelector(".file-about").textContent = about(file);
    element.querySelector("progress").setAttribute("aria-label", `Uploading ${file.name}`);
    element.querySelector("[data-action=remove]").setAttribute("aria-label", `Remove ${file.name}`);
    if (file instanceof Blob && file.type.startsWith("image/") && file.type !== "image/svg+xml")
      glimpse(element, URL.createObjectURL(file));
    if (file.thumbnail_url) glimpse(element, file.thumbnail_url);
    element.addEventListener("click", (event) => pressed(event, file));
    return element;
  }

  function pressed(event, file) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "retry") again(file);
    if (action === "remove") takeBack(file);
  }

  function again(file) {
    const parcel = parcels.get(file);
    parcel.state = UPLOADING;
    parcel.element.classList.remove("failed");
    parcel.element.querySelector("progress").hidden = false;
    parcel.element.querySelector("[data-action=retry]").hidden = true;
    say(parcel, about(file));
    uploads.retry(file);
  }

  function takeBack(file) {
    const { attachment } = parcels.get(file);
    forget(file);
    if (attachment) remove(attachment.id);
    settled();
    form.querySelector("textarea").focus();
  }

  function forget(file) {
    const { element } = parcels.get(file);
    parcels.delete(file);
    uploads.remove(file);
    const { src } = element.querySelector("img");
    if (src.startsWith("blob:")) URL.revokeObjectURL(src);
    element.remove();
    show();
  }

  function show() {
    list.hidden = parcels.size === 0;
  }

  function makeInput() {
    const made = document.createElement("input");
    Object.assign(made, {
      type: "file",
      multiple: true,
      accept: chooser.dataset.accept,
      hidden: true,
    });
    made.addEventListener("change", () => {
      add(made.files);
      made.value = "";
    });
    form.append(made);
    return made;
  }

  function add(files) {
    uploads.add(files).catch(() => failed("Files cannot be sent just now. Try again in a moment."));
  }

  function dragged(event) {
    if (!event.dataTransfer?.types.includes("Files")) return;
    const isHere = root.contains(event.target);
    if (event.type === "dragenter") {
      uploads.load().catch(() => {});
      root.classList.toggle("is-over", isHere);
    }
    const hasLeft = event.type === "dragleave" && !root.contains(event.relatedTarget);
    if (hasLeft || event.type === "drop") root.classList.remove("is-over");
    // Dropzone takes what is dropped here; elsewhere the browser would leave the page for the file.
    if (isHere && uploads.isLoaded) return;
    event.preventDefault();
    if (event.type === "drop" && isHere) add(event.dataTransfer.files);
  }

  function pasted(event) {
    const { files, types } = event.clipboardData;
    // Text that office programs copy has a picture of itself beside it.
    if (!files.length || types.includes("text/rtf") || event.target.closest?.("dialog, .editor"))
      return;
    event.preventDefault();
    add(files);
  }

  const { signal } = listening;
  for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
    document.addEventListener(type, dragged, { capture: true, signal });
  }
  document.addEventListener("paste", pasted, { signal });
  chooser.addEventListener("click", () => {
    uploads.load().catch(() => {});
    input.click();
  });

  return {
    add,
    get isEmpty() {
      return parcels.size === 0;
    },
    /** Whether sending has to wait; when the uploads end well, it then happens by itself. */
    holds() {
      const states = Array.from(parcels.values(), (parcel) => parcel.state);
      if (states.includes(FAILED))
        failed("A file was not uploaded. Try it again or remove it, then send.");
      else if (states.includes(UPLOADING)) want(true);
      return states.includes(FAILED) || states.includes(UPLOADING);
    },
    /** → the uploaded files with their descriptions; the tray is empty then. */
    take() {
      const taken = [];
      for (const [file, { attachment, element }] of Array.from(parcels)) {
        taken.push({
          ...attachment,
          alt: element.querySelector(".input").value.trim() || attachment.alt,
        });
        forget(file);
      }
      return taken;
    },
    /** Put the files of a message that was given up back. */
    restore(files) {
      for (const attachment of files) {
        parcels.set(attachment, { element: draw(attachment), state: UPLOADING, attachment: null });
        list.append(parcels.get(attachment).element);
        done(attachment, attachment);
      }
      show();
    },
    close() {
      listening.abort();
      uploads.close();
    },
  };
}

function glimpse(element, url) {
  const image = element.querySelector("img");
  image.src = url;
  image.hidden = false;
}

function about({ name, size }) {
  return `${typeWords(name)} · ${sizeWords(size)}`;
}

function say(parcel, words) {
  const place = parcel.element.querySelector(".file-about");
  if (place.textContent !== words) place.textContent = words;
}

/** What is not sent after all; the server would sweep it away by itself. */
function remove(id) {
  call("DELETE", `/api/attachments/${id}`).catch(() => {});
}
