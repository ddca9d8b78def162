/** Links inside the app change the middle and the right; the list and the live connection stay. */

import { closest, find, isPlainClick, one } from "./dom.js";

const AWAY = Symbol("the server does not answer");
/** Parts that a refresh replaces. */
const REPLACED = [
  "main > .top",
  "main .closed",
  "main .drop-here",
  "main .beginning",
  "main .beginning-of-log",
  "main .drafts",
  "main [data-saved-list]",
  "main .threads",
  "aside.panel:not(.thread)",
];
/** Attributes that a refresh updates in the parts that stay. */
const UPDATED = [
  ["main", "data-moderates", "data-members"],
  ["main .log", "aria-label"],
  ["main form.box", "hidden"],
  ["main form.box textarea", "placeholder", "aria-label"],
];

/**
 * @param {object} parts
 * @param {() => void} parts.leaving is called before the middle is replaced
 * @param {() => void} parts.arrived is called after that
 * @param {() => void} parts.refreshed is called after parts of the page were replaced
 * @param {(isRetried?: boolean) => void} parts.unreachable says that the server does not answer
 * @param {(url: string, signal: AbortSignal) => Promise<boolean>} parts.adapt shows another part of the open page, if
 *   that is all that the address asks for
 * @param {Pause} parts.pause waits before the page is tried again
 */
export function createNavigation({ leaving, arrived, refreshed, unreachable, adapt, pause }) {
  /** @type {AbortController | null} */
  let latest = null;

  /** @param {string} url */
  async function go(url, { isBack = false } = {}) {
    latest?.abort();
    latest = new AbortController();
    const { signal } = latest;
    if (await adapt(url, signal)) {
      if (!isBack) history.pushState(null, "", url);
      return;
    }
    if (signal.aborted) return;
    const page = await fetchPatiently(url, signal);
    if (!page) return;
    if (!isBack) history.pushState(null, "", url);
    leaving();
    exchange(page);
    arrived();
    moveFocus();
  }

  /**
   * The page, as soon as the server answers; null when another page is wanted meanwhile.
   *
   * @param {string} url
   * @param {AbortSignal} signal
   */
  async function fetchPatiently(url, signal) {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const answer = await fetchPage(url, signal);
      if (answer !== AWAY) return /** @type {Document | null} */ (answer);
      unreachable();
      await pause(failures);
    }
    return null;
  }

  /** The open page has changed on the server, for example its name; what is being read and written stays. */
  async function refresh() {
    const page = await fetchAgain().catch(() => null); // away: the next change or page brings it
    if (!page) return;
    for (const part of REPLACED) {
      const [here, there] = [find(document, part), find(page, part)];
      if (here && there && !here.contains(document.activeElement))
        here.replaceWith(document.adoptNode(there));
    }
    document.title = page.title;
    for (const [part, ...names] of UPDATED) {
      const [here, there] = [find(document, part), find(page, part)];
      if (here && there) for (const name of names) copyAttribute(name, there, here);
    }
    refreshed();
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const link = closest(event.target, "a[href]", HTMLAnchorElement);
    if (!link || event.defaultPrevented || !isPlainClick(event)) return;
    const url = new URL(link.href);
    const isInside =
      url.origin === location.origin &&
      /^\/(app|people)(\/|$)/.test(url.pathname) &&
      (!link.target || link.closest(".body") !== null); // a message may link to another one
    if (!isInside && !navigator.onLine && isOwnPage(url, link)) {
      event.preventDefault(); // the browser's error page would be in the place of the app
      unreachable(false);
    }
    if (!isInside || (url.hash && url.pathname === location.pathname)) return;
    event.preventDefault();
    go(url.pathname + url.search + url.hash);
  }

  document.addEventListener("click", clicked);
  window.addEventListener("popstate", () =>
    go(location.pathname + location.search, { isBack: true }),
  );
  return { go, refresh };
}

/**
 * @param {string} url
 * @param {AbortSignal} signal
 */
async function fetchPage(url, signal) {
  try {
    const response = await fetch(url, { signal, headers: { Accept: "text/html" } });
    if (response.status >= 500 || response.status === 429) return AWAY;
    const page = parse(await response.text());
    // Logged out, an error page, or another version of the app: the browser goes there itself.
    if (response.redirected || !response.ok || !isSameApp(page)) return leaveTo(url);
    return page;
  } catch (error) {
    return error.name === "AbortError" ? null : AWAY;
  }
}

async function fetchAgain() {
  const response = await fetch(location.pathname + location.search, {
    headers: { Accept: "text/html" },
  });
  return response.ok && !response.redirected ? parse(await response.text()) : null;
}

/** @param {string} html */
function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

/**
 * @param {URL} url
 * @param {HTMLAnchorElement} link
 */
function isOwnPage(url, link) {
  return (
    url.origin === location.origin &&
    !link.target &&
    !link.hasAttribute("download") &&
    url.pathname !== location.pathname
  );
}

/**
 * @param {string} name
 * @param {Element} from
 * @param {Element} to
 */
function copyAttribute(name, from, to) {
  const value = from.getAttribute(name);
  if (value === null) to.removeAttribute(name);
  else to.setAttribute(name, value);
}

/** @param {Document} page */
function exchange(page) {
  document.title = page.title;
  for (const name of ["data-seen-at", "data-server-away"])
    copyAttribute(name, page.documentElement, document.documentElement);
  one(document, "meta[name=csrf-token]", HTMLMetaElement).content = one(
    page,
    "meta[name=csrf-token]",
    HTMLMetaElement,
  ).content;
  document.body.className = page.body.className;
  document.body.dataset.pane = page.body.dataset.pane;
  one(document, "main").replaceWith(document.adoptNode(one(page, "main")));
  find(document, "aside.panel")?.remove();
  const panel = find(page, "aside.panel");
  if (panel) one(document, "main").after(document.adoptNode(panel));
}

/** The focused element was replaced: the focus goes to where reading the new page begins. */
function moveFocus() {
  const main = one(document, "main");
  if (main.contains(document.activeElement)) return;
  /** @type {HTMLElement} */
  const start = find(main, "[autofocus]") || one(main, "h1");
  if (!start.matches("input")) start.tabIndex = -1;
  start.focus({ preventScroll: true });
}

/** @param {Document} page */
function isSameApp(page) {
  return versionOf(page) !== undefined && versionOf(page) === versionOf(document);
}

/** @param {Document} page */
function versionOf(page) {
  return find(page, "meta[name=app-version]", HTMLMetaElement)?.content;
}

/** @param {string} url */
function leaveTo(url) {
  location.assign(url);
  return null;
}
