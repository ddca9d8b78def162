/** The last searches of a person in this browser: kept, listed on the empty search page, and forgotten. */

import { actionOf, draw, find, one } from "../core/dom.js";

const MOST = 8;

/**
 * Called with each search page.
 *
 * @param {HTMLElement} root
 */
export function openSearchPage(root) {
  const key = `parley-searches-${root.dataset.search}`; // logging out removes it
  const query = new URLSearchParams(location.search);
  if (query.get("q")?.trim() && !find(root, "[aria-invalid]")) {
    query.delete("page");
    for (const [name, value] of [...query]) if (!value) query.delete(name);
    keep(key, query.toString());
  }
  const list = find(root, ".recent-searches");
  if (!list) return;
  show(list, recent(key));
  list.addEventListener("click", (event) => {
    if (actionOf(event) !== "forget-searches") return;
    localStorage.removeItem(key);
    show(list, []);
    one(root, "input[name=q]").focus();
  });
}

/**
 * @param {HTMLElement} list
 * @param {string[]} queries
 */
function show(list, queries) {
  list.hidden = !queries.length;
  one(list, "ul").replaceChildren(
    ...queries.map((query) =>
      draw("recent-search-template", {
        a: { href: `/app/search?${query}`, textContent: words(query) },
      }),
    ),
  );
}

/**
 * The query as it could be typed.
 *
 * @param {string} query
 */
function words(query) {
  const typed = new URLSearchParams(query);
  const filters = ["from", "before", "after", "has", "is"].filter((name) => typed.get(name));
  return [typed.get("q"), ...filters.map((name) => `${name}:${typed.get(name)}`)].join(" ");
}

/**
 * @param {string} key
 * @param {string} query
 */
function keep(key, query) {
  const queries = [query, ...recent(key).filter((other) => other !== query)].slice(0, MOST);
  try {
    localStorage.setItem(key, JSON.stringify(queries));
  } catch {
    // A full disk or a private window: searching works without.
  }
}

/**
 * @param {string} key
 * @returns {string[]} the last one first
 */
function recent(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(kept) ? kept.filter((query) => typeof query === "string") : [];
  } catch {
    return [];
  }
}
