/** Older and newer messages than those on the page, loaded as their ends come near. */

import { all, find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { wait } from "../core/waiting.js";
import { firstSeqOf, lastSeqOf } from "./entries.js";
import { newerParts, olderParts } from "./page-parts.js";

const NEAR = "800px 0px 800px 0px";

/** @typedef {(place: {before?: number, after?: number, around?: number}) => Promise<DrawablePage>} Load */

/**
 * The server draws an element `.older` where more is above and `.later` where more is below.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {HTMLElement} parts.lines
 * @param {Load} parts.load
 * @param {(page: DrawablePage) => void} parts.older draws an earlier page, or a part of it
 * @param {(page: DrawablePage) => void} parts.newer draws a later page, or a part of it
 * @param {() => void} parts.ended is called when nothing is loading any more
 */
export function createPaging({ log, lines, load, older, newer, ended }) {
  /** @type {Set<HTMLElement>} */
  const loading = new Set();
  let olderEdge = find(lines, ":scope > .older");
  let laterEdge = find(lines, ":scope > .later");

  /** @param {HTMLElement} edge */
  async function loadMore(edge) {
    if (loading.has(edge) || !edge.isConnected || !lastSeqOf(lines)) return;
    loading.add(edge);
    log.setAttribute("aria-busy", "true");
    try {
      if (edge.matches(".later")) await loadNewer(edge);
      else await loadOlder(edge);
    } finally {
      loading.delete(edge);
      if (!loading.size) {
        log.removeAttribute("aria-busy");
        ended();
      }
      // The observer reports changes only: a reader who is still near gets the next page, too.
      observer.unobserve(edge);
      if (edge.isConnected) observer.observe(edge);
    }
  }

  /**
   * A page is drawn in parts, so that no frame waits for all of it, as long as the log goes on where the page ends.
   *
   * @param {HTMLElement} edge
   */
  async function loadOlder(edge) {
    let before = firstSeqOf(lines);
    for (const part of olderParts(await load({ before }))) {
      if (!edge.isConnected || firstSeqOf(lines) !== before) return;
      older(part);
      before = firstSeqOf(lines);
      await wait(); // so that the browser can draw and answer the user
    }
  }

  /** @param {HTMLElement} edge */
  async function loadNewer(edge) {
    let after = lastSeqOf(lines);
    for (const part of newerParts(await load({ after }))) {
      if (!edge.isConnected || lastSeqOf(lines) !== after) return;
      newer(part);
      after = lastSeqOf(lines);
      await wait(); // so that the browser can draw and answer the user
    }
  }

  /** @param {HTMLElement} edge */
  function watch(edge) {
    observer.observe(edge);
    one(edge, "a").addEventListener("click", (event) => {
      event.preventDefault();
      loadMore(edge).catch(() => {});
    });
  }

  function markOlder() {
    find(lines, ":scope > :is(.older, .beginning)")?.remove();
    olderEdge = drawEdge("older", _("Earlier messages"));
    lines.prepend(olderEdge);
  }

  /** What is not sent yet stands below everything that can be loaded. */
  function markLater() {
    if (laterEdge) return;
    laterEdge = drawEdge("later", _("Later messages"));
    const waiting = find(lines, ":scope > .message:not([data-seq])");
    if (waiting) waiting.before(laterEdge);
    else lines.append(laterEdge);
  }

  /**
   * @param {"older" | "later"} name
   * @param {string} words
   */
  function drawEdge(name, words) {
    const edge = document.createElement("div");
    edge.className = name;
    const link = edge.appendChild(document.createElement("a"));
    Object.assign(link, { href: "", textContent: words });
    watch(edge);
    return edge;
  }

  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries)
        if (isIntersecting) loadMore(/** @type {HTMLElement} */ (target)).catch(() => {});
    },
    { root: log, rootMargin: NEAR },
  );
  for (const edge of all(lines, ".older, .later")) watch(edge);

  return {
    get hasOlder() {
      return olderEdge !== null;
    },
    get reachesEnd() {
      return laterEdge === null;
    },
    /**
     * There is nothing more above.
     *
     * @param {Node} beginning
     */
    endOlder(beginning) {
      olderEdge?.replaceWith(beginning);
      olderEdge = null;
    },
    /** There is nothing more below. */
    endLater() {
      laterEdge?.remove();
      laterEdge = null;
    },
    /**
     * Other messages are shown: begin again with what is beyond them.
     *
     * @param {{hasOlder: boolean, hasLater: boolean, beginning: Node}} page
     */
    restart({ hasOlder, hasLater, beginning }) {
      for (const edge of all(lines, ":scope > :is(.older, .later, .beginning)")) edge.remove();
      [olderEdge, laterEdge] = [null, null];
      if (hasOlder) markOlder();
      else lines.prepend(beginning);
      if (hasLater) markLater();
    },
    /** Entries above those on the page were removed: they can be loaded again. */
    markOlder,
    /** Entries below those on the page were removed: they can be loaded again. */
    markLater,
    isLoading: () => loading.size > 0,
    close() {
      observer.disconnect();
    },
  };
}
