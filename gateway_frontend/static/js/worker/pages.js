/** Pages: from the server, or as they were last seen when it cannot be reached. */

import { forgetPages, PAGES } from "../core/kept-caches.js";

const OPENED = /^\/app(\/|$)/;
/** Pages on which a login begins or ends: the next person sees nothing of the one before. */
const DOORS = new Set(["/login", "/logout", "/signup"]);
const STARTS = new Set(["/", "/app"]);
const MOST_PAGES = 20;
const AWAY = new Set([502, 503, 504]);
const PERSON = "Parley-Person";
const SEEN = "Parley-Seen";

/**
 * A page that the browser opens, or that a page of the app fetches.
 *
 * @param {Request} request
 */
export function isPage(request) {
  if (request.mode === "navigate") return true;
  return request.method === "GET" && request.headers.get("Accept") === "text/html";
}

/**
 * @param {FetchEvent} event
 * @param {URL} url
 * @param {WorkerVersion} current
 */
export function answerPage(event, url, current) {
  if (DOORS.has(url.pathname)) event.waitUntil(forgetPages());
  else if (event.request.method === "GET") event.respondWith(answer(event, url, current));
}

/**
 * @param {FetchEvent} event
 * @param {URL} url
 * @param {WorkerVersion} current
 */
async function answer(event, url, { offline }) {
  let response;
  try {
    response = (await event.preloadResponse) ?? (await fetch(event.request));
  } catch (error) {
    const found = await lastSeen(url);
    if (found) return found;
    if (event.request.mode === "navigate") return (await caches.match(offline)) ?? Response.error();
    throw error;
  }
  if (AWAY.has(response.status)) return (await lastSeen(url, "data-server-away ")) ?? response;
  event.waitUntil(remember(url, response.clone()));
  return response;
}

/**
 * The page as it was kept, marked with the time; for the start page, also the one that was opened last.
 *
 * @param {URL} url
 */
async function lastSeen({ pathname }, mark = "") {
  const kept = await caches.match(pathname, { cacheName: PAGES });
  if (!kept) return STARTS.has(pathname) ? openedLast() : null;
  const html = await kept.text();
  const marked = html.replace("<html ", `<html ${mark}data-seen-at="${kept.headers.get(SEEN)}" `);
  return new Response(marked, { headers: kept.headers });
}

async function openedLast() {
  const last = (await (await caches.open(PAGES)).keys()).at(-1);
  return last ? Response.redirect(last.url) : null;
}

/**
 * Keep a page of the app, if it is the newest view of its conversation; of another person, nothing stays.
 *
 * @param {URL} url
 * @param {Response} response
 */
async function remember(url, response) {
  if (response.redirected) return forgetIfLoggedOut(new URL(response.url));
  if (response.status !== 200 || url.search || !OPENED.test(url.pathname)) return;
  const html = await response.text();
  const person = /<meta name="user-id"\s+content="(\d+)"/.exec(html)?.[1];
  if (!person) return;
  if (!(await isKeptFor(person))) await forgetPages();
  const headers = new Headers(response.headers);
  headers.delete("Content-Encoding"); // what is kept is the text
  headers.delete("Content-Length");
  headers.set(PERSON, person);
  headers.set(SEEN, new Date().toISOString());
  const cache = await caches.open(PAGES);
  await cache.delete(url.pathname); // so that the pages are in the order in which they were opened
  await cache.put(url.pathname, new Response(html, { headers }));
  const kept = await cache.keys();
  await Promise.all(kept.slice(0, -MOST_PAGES).map((oldest) => cache.delete(oldest)));
}

/** @param {URL} url */
async function forgetIfLoggedOut(url) {
  if (DOORS.has(url.pathname)) await forgetPages();
}

/** @param {string} person */
async function isKeptFor(person) {
  const cache = await caches.open(PAGES);
  const [first] = await cache.keys();
  const page = first && (await cache.match(first));
  return !page || page.headers.get(PERSON) === person;
}
