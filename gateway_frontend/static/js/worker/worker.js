/** The service worker: one for all pages of this origin, also while none is open. */

import { answerPage, isPage } from "./pages.js";
import { receivePushes } from "./pushes.js";
import { answerFile, isFile } from "./static-files.js";
import { installVersion, removeOldVersions } from "./versions.js";

/**
 * Called while the worker's script is read for the first time: later is too late to listen.
 *
 * @param {WorkerVersion} current
 */
export function start(current) {
  const scope = /** @type {WorkerScope} */ (/** @type {unknown} */ (globalThis));

  scope.addEventListener("install", (event) => event.waitUntil(install()));
  scope.addEventListener("activate", (event) => event.waitUntil(activate()));
  scope.addEventListener("fetch", answer);
  receivePushes(scope);

  /** A new version replaces the one before at once: each page names the version of its files. */
  async function install() {
    await installVersion(current);
    await scope.skipWaiting();
  }

  async function activate() {
    await removeOldVersions(current);
    await scope.registration.navigationPreload?.enable();
    await scope.clients.claim();
  }

  /** @param {FetchEvent} event */
  function answer(event) {
    const { request } = event;
    const url = new URL(request.url);
    if (url.origin !== scope.location.origin) return;
    if (isFile(url)) event.respondWith(answerFile(request));
    else if (isPage(request)) answerPage(event, url, current);
  }
}
