/** Uploads by Dropzone, which is fetched when the first file comes near. */

import { csrfToken, Problem, renewToken } from "../core/api.js";

const DROPZONE = "../../vendor/dropzone-6.3.5.mjs";
const AT_A_TIME = 2;
const CSRF_FAILED = "csrf-failed";

/**
 * Files dropped on `root`, or given to `add`, go to the server by themselves. Told are: `added(file)`,
 * `progressed(file, percent)`, `done(file, attachment)`, `failed(file, words, {isFinal})`.
 */
export function createUploads({ root, added, progressed, done, failed }) {
  let loading = null;
  let dropzone = null;
  let isClosed = false;

  /** → promise; safe to call early and often. */
  function load() {
    loading ??= import(DROPZONE).then(({ Dropzone }) => {
      if (!isClosed) dropzone = makeZone(Dropzone);
    });
    loading.catch(() => {
      loading = null;
    });
    return loading;
  }

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
    zone.on("sending", (_file, xhr) => xhr.setRequestHeader("X-CSRF-Token", csrfToken()));
    zone.on("uploadprogress", progressed);
    zone.on("success", (file) => done(file, JSON.parse(file.xhr.responseText)));
    zone.on("error", (file, words, xhr) => {
      if (file.status !== Dropzone.CANCELED) refused(file, words, xhr);
    });
    return zone;
  }

  async function refused(file, words, xhr) {
    if (!xhr) return failed(file, words);
    const problem = problemOf(xhr);
    if (problem.code === CSRF_FAILED && (await renewToken())) return retry(file);
    return failed(file, problem.message, { isFinal: !problem.isPassing });
  }

  async function add(files) {
    const list = Array.from(files); // a FileList empties itself with its input
    await load();
    for (const file of list) dropzone?.addFile(file);
  }

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
    /** Stop it, or forget it. */
    remove(file) {
      dropzone?.removeFile(file);
    },
    close() {
      isClosed = true;
      dropzone?.destroy();
    },
  };
}

function problemOf(xhr) {
  let body = {};
  try {
    body = JSON.parse(xhr.responseText);
  } catch {
    /* an answer of something in between, or none */
  }
  return new Problem(xhr.status, body);
}
