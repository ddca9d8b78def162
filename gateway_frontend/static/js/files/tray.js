/** The files that wait in the composer: uploaded at once, sent with the message. */

import { call } from "../core/api.js";
import { one } from "../core/dom.js";
import { _, ngettext } from "../core/language.js";
import { createFileSources } from "./file-sources.js";
import { sizeWords } from "./file-words.js";
import { createParcel, FAILED, UPLOADING } from "./parcel.js";
import { createUploads } from "./uploads.js";

/** @typedef {import("./uploads.js").UploadFile | Attachment} TrayFile an attachment is already uploaded */

/**
 * @param {object} parts
 * @param {HTMLElement} parts.root the conversation's element
 * @param {ShowError} parts.showError
 */
export function createTray({ root, showError }) {
  const form = one(root, "form.box", HTMLFormElement);
  const list = one(form, ".tray");
  const chooser = one(form, "[data-action=choose-files]");
  const most = Number(chooser.dataset.most) || Infinity;
  const maxBytes = Number(chooser.dataset.maxBytes) || Infinity;
  /** @type {Map<TrayFile, import("./parcel.js").Parcel>} */
  const parcels = new Map();
  const submit = one(form, "[type=submit]");
  const submitWords = submit.textContent;
  let isSendWanted = false; // Send was pressed while a file was still being uploaded
  const uploads = createUploads({ root, added, progressed, done, failed });
  const sources = createFileSources({
    root,
    chooser,
    form,
    add,
    prepare: uploads.load,
    isPrepared: () => uploads.isLoaded,
  });

  /** @param {Iterable<File>} files */
  function add(files) {
    uploads
      .add(files)
      .catch(() => showError(_("Files cannot be sent just now. Try again in a moment.")));
  }

  /** @param {import("./uploads.js").UploadFile} file */
  function added(file) {
    if (parcels.size >= most) {
      showError(
        ngettext(
          "A message takes at most %(num)s file.",
          "A message takes at most %(num)s files.",
          most,
        ),
      );
      return uploads.remove(file);
    }
    append(file, () => retry(file));
    if (file.size > maxBytes) {
      file.accepted = false;
      uploads.remove(file);
      failed(file, _("Too large: at most %(size)s", { size: sizeWords(maxBytes) }), {
        isFinal: true,
      });
    }
    return undefined;
  }

  /** @param {TrayFile} file */
  function append(file, retry = () => {}) {
    const parcel = createParcel(file, { retry, remove: () => takeOut(file) });
    parcels.set(file, parcel);
    list.append(parcel.element);
    list.hidden = false;
    return parcel;
  }

  /**
   * @param {TrayFile} file
   * @param {number} percent
   */
  function progressed(file, percent) {
    parcels.get(file)?.progressed(percent);
  }

  /**
   * @param {TrayFile} file
   * @param {Attachment} attachment
   */
  function done(file, attachment) {
    const parcel = parcels.get(file);
    if (!parcel) return deleteUpload(attachment.id);
    parcel.done(attachment);
    return settled();
  }

  /**
   * @param {TrayFile} file
   * @param {string} words
   */
  function failed(file, words, { isFinal = false } = {}) {
    const parcel = parcels.get(file);
    if (!parcel) return;
    parcel.failed(words, isFinal);
    settled();
  }

  /** @param {import("./uploads.js").UploadFile} file */
  function retry(file) {
    parcels.get(file)?.retried();
    uploads.retry(file);
  }

  /** A message that waited for this is sent now. */
  function settled() {
    if (has(UPLOADING)) return;
    const isSent = isSendWanted && !has(FAILED);
    wantSend(false);
    if (isSent) form.requestSubmit();
  }

  /** @param {boolean} isWanted */
  function wantSend(isWanted) {
    isSendWanted = isWanted;
    submit.textContent = isWanted ? _("Waiting…") : submitWords;
  }

  /** @param {TrayFile} file */
  function takeOut(file) {
    const attachment = parcels.get(file)?.attachment;
    forget(file);
    if (attachment) deleteUpload(attachment.id);
    settled();
    one(form, "textarea").focus();
  }

  /** @param {TrayFile} file */
  function forget(file) {
    parcels.get(file)?.remove();
    parcels.delete(file);
    if (file instanceof Blob) uploads.remove(file);
    list.hidden = parcels.size === 0;
  }

  /** @param {string} state */
  function has(state) {
    return Array.from(parcels.values()).some((parcel) => parcel.state === state);
  }

  return {
    add,
    get isEmpty() {
      return parcels.size === 0;
    },
    /** Whether sending has to wait; when the uploads end well, it then happens by itself. */
    holds() {
      if (has(FAILED))
        showError(_("A file was not uploaded. Try it again or remove it, then send."));
      else if (has(UPLOADING)) wantSend(true);
      return has(FAILED) || has(UPLOADING);
    },
    /** → the uploaded files with their descriptions; the tray is empty then. */
    take() {
      /** @type {Attachment[]} */
      const taken = [];
      for (const [file, { attachment, description }] of Array.from(parcels)) {
        if (attachment) taken.push({ ...attachment, alt: description || attachment.alt });
        forget(file);
      }
      return taken;
    },
    /**
     * Restore the files of a message that was given up.
     *
     * @param {Attachment[]} files
     */
    restore(files) {
      for (const attachment of files) {
        append(attachment);
        done(attachment, attachment);
      }
    },
    close() {
      sources.close();
      uploads.close();
    },
  };
}

/**
 * Delete a file that is not sent after all; the server would delete it later by itself.
 *
 * @param {number} id
 */
function deleteUpload(id) {
  call("DELETE", `/api/attachments/${id}`).catch(() => {});
}
