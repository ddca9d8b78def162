/** The browser's caches that are filled by the service worker, and emptied by pages, too. */

/** Followed by a version. */
export const FILES = "parley-files-";
export const PAGES = "parley-pages";

/** Nothing that the person has seen stays, for example after logging out. */
export async function forgetPages() {
  await caches.delete(PAGES);
}
