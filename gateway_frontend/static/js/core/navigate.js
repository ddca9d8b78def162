/** Links inside the app change the middle and the right; the list and the live connection stay. */

const AWAY = Symbol("the server is not there");
const CHANGING = [
  // what a refresh brings up to date, besides the parts that it replaces
  ["main", "data-moderates"],
  ["main .log", "aria-label"],
  ["main form.box", "hidden"],
  ["main form.box textarea", "placeholder", "aria-label"],
];

/**
 * `leaving()` is called before, `arrived()` after the middle was exchanged, `arrivedInParts()` after less. When the
 * server is not there, `unreachable()` says so, and the page is tried again after each `pause(failures)`.
 */
export function createNavigation({ leaving, arrived, arrivedInParts, unreachable, pause }) {
  let latest = null;

  async function go(url, { isBack = false } = {}) {
    latest?.abort();
    latest = new AbortController();
    const page = await fetchPatiently(url, latest.signal);
    if (!page) return;
    if (!isBack) history.pushState(null, "", url);
    leaving();
    exchange(page);
    arrived();
    moveFocus();
  }

  /** The page, as soon as the server is there; null when another one is wanted. */
  async function fetchPatiently(url, signal) {
    for (let failures = 1; !signal.aborted; failures += 1) {
      const answer = await fetchPage(url, signal);
      if (answer !== AWAY) return answer;
      unreachable();
      await pause(failures);
    }
    return null;
  }

  /** The open page has changed on the server, for example its name; what is being read and written stays. */
  async function refresh() {
    const page = await fetchAgain().catch(() => null); // away: the next change or page brings it
    if (!page) return;
    for (const part of [
      "main > .top",
      "main .closed",
      "main .drop-here",
      "main .beginning",
      "main .beginning-of-log",
      "aside.panel",
    ]) {
      const [here, there] = [document.querySelector(part), page.querySelector(part)];
      if (here && there && !here.contains(document.activeElement))
        here.replaceWith(document.adoptNode(there));
    }
    document.title = page.title;
    for (const [part, ...names] of CHANGING) {
      const [here, there] = [document.querySelector(part), page.querySelector(part)];
      if (here && there) for (const name of names) copyAttribute(name, there, here);
    }
    arrivedInParts();
  }

  async function fetchAgain() {
    const response = await fetch(location.pathname + location.search, {
      headers: { Accept: "text/html" },
    });
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  async function fetchPage(url, signal) {
    try {
      const response = await fetch(url, { signal, headers: { Accept: "text/html" } });
      if (response.status >= 500 || response.status === 429) return AWAY;
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // Logged out, an error page, or another version of the app: let the browser go there itself.
      if (response.redirected || !response.ok || !isSameApp(page)) return leaveTo(url);
      return page;
    } catch (error) {
      return error.name === "AbortError" ? null : AWAY;
    }
  }

  function clicked(event) {
    const link = event.target.closest?.("a[href]");
    if (
      !link ||
      event.defaultPrevented ||
      event.button ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey
    )
      return;
    const url = new URL(link.href);
    const isInside =
      url.origin === location.origin && /^\/app(\/|$)/.test(url.pathname) && !link.target;
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

function isOwnPage(url, link) {
  return (
    url.origin === location.origin &&
    !link.target &&
    !link.hasAttribute("download") &&
    url.pathname !== location.pathname
  );
}

function copyAttribute(name, from, to) {
  if (from.hasAttribute(name)) to.setAttribute(name, from.getAttribute(name));
  else to.removeAttribute(name);
}

function exchange(page) {
  document.title = page.title;
  document.querySelector("meta[name=csrf-token]").content =
    page.querySelector("meta[name=csrf-token]").content;
  document.body.className = page.body.className;
  document.body.dataset.pane = page.body.dataset.pane;
  document.querySelector("main").replaceWith(document.adoptNode(page.querySelector("main")));
  document.querySelector("aside.panel")?.remove();
  const panel = page.querySelector("aside.panel");
  if (panel) document.querySelector("main").after(document.adoptNode(panel));
}

/** The focus was on what has gone: it goes on where a reader of the new page begins. */
function moveFocus() {
  const main = document.querySelector("main");
  if (main.contains(document.activeElement)) return;
  const start = main.querySelector("[autofocus]") || main.querySelector("h1");
  if (!start.matches("input")) start.tabIndex = -1;
  start.focus({ preventScroll: true });
}

function isSameApp(page) {
  const version = (root) => root.querySelector("meta[name=app-version]")?.content;
  return version(page) !== undefined && version(page) === version(document);
}

function leaveTo(url) {
  location.assign(url);
  return null;
}
