/** A new version of the worker replaces the one before at once: static files have their version in the address. */

/** @param {WorkerScope} scope */
export function addNewVersion(scope) {
  scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
  scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
}
