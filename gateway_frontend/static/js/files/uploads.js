/** Uploads by Dropzone, which is loaded when the first file comes near. */

import { csrfToken, Problem, renewToken } from "../core/api.js";

const DROPZONE = "../../vendor/dropzone-6.3.5.mjs";
const AT_A_TIME = 2;
const CSRF_FAILED = "csrf-failed";

/** @typedef {File & {status?: string, accepted?: boolean, xhr?: XMLHttpRequest}} UploadFile Dropzone adds its state */

/**
 * Files dropped on `root`, or given to `add`, are uploaded at once.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.root
 * @param {(file: UploadFile) => void} parts.added
 * @param {(file: UploadFile, percent: number) => void} parts.progressed
 * @param {(file: UploadFile, attachment: Attachment) => void} parts.done
 * @param {(file: UploadFile, words: string, how?: {isFinal: boolean}) => void} parts.failed
 */
export function createUploads({ root, added, progressed, done, failed }) {
  /** @type {Promise<void> | null} */
  let loading = null;
  /** @type {any} */
  let dropzone = null;
  let isClosed = false;

  /** Load Dropzone, once. */
  function load() {
    loading ??= import(DROPZONE).then(({ Dropzone }) => {
      if (!isClosed) dropzone = makeZone(Dropzone);
    });
    loading.catch(() => {
      loading = null;
    });
    return loading;
  }

  /** @param {any} Dropzone */
  function makeZone(Dropzone) {
    const zone = new Dropzone(root, {
      url: "/api/attachments",
      paramName: "file",
      parallelUploads: AT_A_TIME,
      maxFilesize: null,
      timeout: 0,
      clickable: false,
      createImageThumbnails: false,
      previewsContainer: false,
      ignoreHiddenFiles: false,
    });
    zone.on("addedfile", added);
    zone.on("sending", (/** @type {UploadFile} */ _file, /** @type {XMLHttpRequest} */ xhr) =>
      xhr.setRequestHeader("X-CSRF-Token", csrfToken()),
    );
    zone.on("uploadprogress", progressed);
    zone.on("success", (/** @type {UploadFile} */ file) =>
      done(file, JSON.parse(file.xhr?.responseText ?? "")),
    );
    zone.on(
      "error",
      (/** @type {UploadFile} */ file, /** @type {string} */ words, /** @type {any} */ xhr) => {
        if (file.status !== Dropzone.CANCELED) refused(file, words, xhr);
      },
    );
    return zone;
  }

  /**
   * @param {UploadFile} file
   * @param {string} words
   * @param {XMLHttpRequest | undefined} xhr missing when nothing was sent
   */
  async function refused(file, words, xhr) {
    if (!xhr) return failed(file, words);
    const problem = problemOf(xhr);
    if (problem.code === CSRF_FAILED && (await renewToken())) return retry(file);
    return failed(file, problem.message, { isFinal: !problem.isPassing });
  }

  /** @param {Iterable<File>} files */
  async function add(files) {
    const list = Array.from(files); // a FileList empties itself with its input
    await load();
    for (const file of list) dropzone?.addFile(file);
  }

  /** @param {UploadFile} file */
  function retry(file) {
    file.status = "added";
    dropzone.enqueueFile(file);
  }

  return {
    load,
    add,
    retry,
    get isLoaded() {
      return Boolean(dropzone);
    },
    /**
     * Stop the upload of a file, or forget the file.
     *
     * @param {UploadFile} file
     */
    remove(file) {
      dropzone?.removeFile(file);
    },
    close() {
      isClosed = true;
      dropzone?.destroy();
    },
  };
}

/** @param {XMLHttpRequest} xhr */
function problemOf(xhr) {
  let body = {};
  try {
    body = JSON.parse(xhr.responseText);
  } catch {
    /* the answer of a proxy, or none */
  }
  return new Problem(xhr.status, body);
}
