/** Sends an archive straight to the API, and shows how far its import is. */

import { call, Problem } from "../core/api.js";
import { all, find, one } from "../core/dom.js";
import { _, formatNumber } from "../core/language.js";

const POLL_MS = 1000;

/** @typedef {{state: string, step: string, done: number, total: number}} Run */

const STEPS = {
  reading: _("Reading and checking"),
  people: _("People"),
  files: _("Files"),
  texts: _("Texts"),
  storing: _("Storing"),
  done: _("Done"),
};

const form = find(document, "form[data-import]", HTMLFormElement);
form?.addEventListener("submit", (event) => {
  event.preventDefault();
  start(form);
});

/** @param {HTMLFormElement} form */
async function start(form) {
  const file = one(form, "input[type=file]", HTMLInputElement).files?.[0];
  if (!file) return;
  const format = one(form, "select[name=format]", HTMLSelectElement).value;
  const button = one(form, "button", HTMLButtonElement);
  button.disabled = true;
  complain("");
  let timer = 0;
  try {
    await send(`${form.dataset.import}?format=${encodeURIComponent(format)}`, file, () => {
      timer = window.setInterval(showRun, POLL_MS);
      show(STEPS.reading, null);
    });
    location.assign("/admin/export?done=imported#import");
  } catch (error) {
    complain(error instanceof Problem ? error.message : String(error));
    hideProgress();
    button.disabled = false;
  } finally {
    clearInterval(timer);
  }
}

/**
 * Upload the file; `uploaded` is called when all of it was sent, and the import runs.
 *
 * @param {string} path
 * @param {File} file
 * @param {() => void} uploaded
 * @returns {Promise<void>}
 */
function send(path, file, uploaded) {
  const token = find(document, "meta[name=csrf-token]", HTMLMetaElement)?.content ?? "";
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("X-CSRF-Token", token);
    request.setRequestHeader("Accept", "application/json");
    request.setRequestHeader("Content-Type", "application/zip");
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) show(_("Uploading"), (100 * event.loaded) / event.total);
    });
    request.upload.addEventListener("load", uploaded);
    request.addEventListener("error", () => reject(new Problem(0)));
    request.addEventListener("load", () => {
      if (request.status === 201) resolve();
      else reject(new Problem(request.status, bodyOf(request)));
    });
    request.send(file);
  });
}

/** @param {XMLHttpRequest} request */
function bodyOf(request) {
  try {
    const body = JSON.parse(request.responseText);
    return { detail: body.detail };
  } catch {
    return {};
  }
}

async function showRun() {
  /** @type {Run[]} */
  const [run] = await call("GET", "/api/admin/imports?limit=1").catch(() => []);
  if (run?.state !== "running") return;
  const words = STEPS[/** @type {keyof typeof STEPS} */ (run.step)] ?? "";
  if (run.total > 0) show(words, (100 * run.done) / run.total);
  else show(run.done ? `${words}: ${formatNumber(run.done)}` : words, null);
}

/**
 * @param {string} words
 * @param {number | null} percent null: it is not known
 */
function show(words, percent) {
  const box = one(document, ".import-progress");
  box.hidden = false;
  const status = one(box, "p");
  if (status.textContent !== words) status.textContent = words;
  const bar = one(box, "progress", HTMLProgressElement);
  if (percent === null) bar.removeAttribute("value");
  else bar.value = percent;
}

function hideProgress() {
  one(document, ".import-progress").hidden = true;
}

/** @param {string} words */
function complain(words) {
  const [box] = all(document, ".import-problem");
  box.hidden = !words;
  one(box, "p").textContent = words;
}
