/** Static files: their address names their version, so that what is kept is never out of date. */

import { FILES } from "../core/kept-caches.js";

const ADDRESS = /^\/static\/([0-9a-f]+)\//;

/** @param {URL} url */
export function isFile(url) {
  return ADDRESS.test(url.pathname);
}

/** @param {Request} request */
export async function answerFile(request) {
  const kept = await caches.match(request, { cacheName: cacheOf(request), ignoreVary: true });
  if (kept) return kept;
  const answer = await fetch(request);
  // The server sends files of another version than it has without this, and they are not what the page asked for.
  if (answer.status === 200 && answer.headers.get("Cache-Control")?.includes("immutable"))
    keep(request, answer.clone());
  return answer;
}

/**
 * A full disk must not fail the request.
 *
 * @param {Request} request
 * @param {Response} answer
 */
async function keep(request, answer) {
  try {
    await (await caches.open(cacheOf(request))).put(request, answer);
  } catch (error) {
    console.info("Not kept:", request.url, error.message);
  }
}

/** @param {Request} request */
function cacheOf(request) {
  return FILES + ADDRESS.exec(new URL(request.url).pathname)?.[1];
}
