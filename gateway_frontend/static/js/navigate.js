/** Links inside the app change the middle and the right; the list and the live connection stay. */

/** `leaving()` is called before, `arrived()` after the middle was exchanged, `arrivedInParts()` after less. */
export function createNavigation({ leaving, arrived, arrivedInParts }) {
  let latest = null;

  async function go(url, { isBack = false } = {}) {
    latest?.abort();
    latest = new AbortController();
    const page = await fetchPage(url, latest.signal);
    if (!page) return;
    if (!isBack) history.pushState(null, "", url);
    leaving();
    exchange(page);
    arrived();
    moveFocus();
  }

  /** The open page's head and panel have changed on the server; what is being read and written stays. */
  async function refresh() {
    const page = await fetchAgain().catch(() => null); // away: the next change or page brings it
    if (!page) return;
    for (const part of ["main > .top", "aside.panel"]) {
      const [here, there] = [document.querySelector(part), page.querySelector(part)];
      if (here && there && !here.contains(document.activeElement)) here.replaceWith(document.adoptNode(there));
    }
    document.querySelector("main").toggleAttribute("data-moderates", page.querySelector("main").hasAttribute("data-moderates"));
    arrivedInParts();
  }

  async function fetchAgain() {
    const response = await fetch(location.pathname + location.search, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected) return null;
    return new DOMParser().parseFromString(await response.text(), "text/html");
  }

  async function fetchPage(url, signal) {
    try {
      const response = await fetch(url, { signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      // Logged out, an error page, or another version of the app: let the browser go there itself.
      if (response.redirected || !response.ok || !isSameApp(page)) return leaveTo(url);
      return page;
    } catch (error) {
      return error.name === "AbortError" ? null : leaveTo(url);
    }
  }

  function clicked(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || event.defaultPrevented || event.button || event.metaKey || event.ctrlKey || event.shiftKey) return;
    const url = new URL(link.href);
    const isInside = url.origin === location.origin && /^\/app(\/|$)/.test(url.pathname) && !link.target;
    if (!isInside || (url.hash && url.pathname === location.pathname)) return;
    event.preventDefault();
    go(url.pathname + url.search + url.hash);
  }

  document.addEventListener("click", clicked);
  window.addEventListener("popstate", () => go(location.pathname + location.search, { isBack: true }));
  return { go, refresh };
}

function exchange(page) {
  document.title = page.title;
  document.querySelector("meta[name=csrf-token]").content = page.querySelector("meta[name=csrf-token]").content;
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
