/** The versions of the static files that are kept: the current one, and the one that older pages need. */

import { FILES } from "../core/kept-caches.js";

const KEPT_VERSIONS = 2;

/**
 * Keep what every page needs, and the page for those that were not opened before.
 *
 * @param {WorkerVersion} current
 */
export async function installVersion({ version, shell }) {
  const cache = await caches.open(FILES + version);
  await cache.addAll(shell.map((path) => new Request(path, { credentials: "omit" })));
}

/** @param {WorkerVersion} current */
export async function removeOldVersions({ version }) {
  const names = (await caches.keys()).filter((name) => name.startsWith(FILES));
  const others = names.filter((name) => name !== FILES + version); // in the order of their creation
  const old = others.slice(0, Math.max(0, others.length - (KEPT_VERSIONS - 1)));
  await Promise.all(old.map((name) => caches.delete(name)));
}
