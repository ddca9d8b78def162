/** Older and newer messages than those on the page, loaded as their ends come near. */

import { all, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { firstSeqOf, lastSeqOf } from "./entries.js";

const NEAR = "800px 0px 800px 0px";

/** @typedef {(place: {before?: number, after?: number, around?: number}) => Promise<DrawablePage>} Load */

/**
 * The server draws an element `.older` where more is above and `.later` where more is below.
 *
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {HTMLElement} parts.lines
 * @param {Load} parts.load
 * @param {(page: DrawablePage) => void} parts.older draws an earlier page
 * @param {(page: DrawablePage) => void} parts.newer draws a later page
 */
export function createPaging({ log, lines, load, older, newer }) {
  /** @type {Set<HTMLElement>} */
  const loading = new Set();

  /** @param {HTMLElement} edge */
  async function loadMore(edge) {
    if (loading.has(edge) || !edge.isConnected || !lastSeqOf(lines)) return;
    loading.add(edge);
    log.setAttribute("aria-busy", "true");
    try {
      if (edge.matches(".later")) newer(await load({ after: lastSeqOf(lines) }));
      else older(await load({ before: firstSeqOf(lines) }));
    } finally {
      loading.delete(edge);
      log.removeAttribute("aria-busy");
      // The observer reports changes only: a reader who is still near gets the next page, too.
      observer.unobserve(edge);
      if (edge.isConnected) observer.observe(edge);
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
      return Boolean(lines.querySelector(":scope > .older"));
    },
    get reachesEnd() {
      return !lines.querySelector(":scope > .later");
    },
    /**
     * There is nothing more above.
     *
     * @param {Node} beginning
     */
    endOlder(beginning) {
      lines.querySelector(":scope > .older")?.replaceWith(beginning);
    },
    /** There is nothing more below. */
    endLater() {
      lines.querySelector(":scope > .later")?.remove();
    },
    /**
     * Other messages are shown: begin again with what is beyond them.
     *
     * @param {{hasOlder: boolean, hasLater: boolean, beginning: Node}} page
     */
    restart({ hasOlder, hasLater, beginning }) {
      for (const edge of all(lines, ":scope > :is(.older, .later, .beginning)")) edge.remove();
      lines.prepend(hasOlder ? drawEdge("older", _("Earlier messages")) : beginning);
      if (hasLater) lines.append(drawEdge("later", _("Later messages")));
    },
    isLoading: () => loading.size > 0,
    close() {
      observer.disconnect();
    },
  };
}
