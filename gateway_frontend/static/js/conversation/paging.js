/** Older and newer messages than those on the page, loaded as their ends come near. */

const NEAR = "800px 0px 800px 0px";

/**
 * `load({before} | {after})` → a page; `older(page)` and `newer(page)` draw it. The server draws an element `.older`
 * where more is above and `.later` where more is below.
 */
export function createPaging({ log, lines, firstSeq, lastSeq, load, older, newer }) {
  const loading = new Set();

  async function loadMore(edge) {
    if (loading.has(edge) || !edge.isConnected || !lastSeq()) return;
    loading.add(edge);
    log.setAttribute("aria-busy", "true");
    try {
      if (edge.matches(".later")) newer(await load({ after: lastSeq() }));
      else older(await load({ before: firstSeq() }));
    } finally {
      loading.delete(edge);
      log.removeAttribute("aria-busy");
      // The observer reports changes only: a reader who is still near gets the next page, too.
      observer.unobserve(edge);
      if (edge.isConnected) observer.observe(edge);
    }
  }

  function watch(edge) {
    observer.observe(edge);
    edge.querySelector("a").addEventListener("click", (event) => {
      event.preventDefault();
      loadMore(edge).catch(() => {});
    });
  }

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
        if (isIntersecting) loadMore(target).catch(() => {});
    },
    { root: log, rootMargin: NEAR },
  );
  for (const edge of lines.querySelectorAll(".older, .later")) watch(edge);

  return {
    get hasOlder() {
      return Boolean(lines.querySelector(":scope > .older"));
    },
    get reachesEnd() {
      return !lines.querySelector(":scope > .later");
    },
    /** There is nothing more on that side. */
    endOlder(beginning) {
      lines.querySelector(":scope > .older")?.replaceWith(beginning);
    },
    endLater() {
      lines.querySelector(":scope > .later")?.remove();
    },
    /** Other messages are shown: begin again with what is beyond them. */
    restart({ hasOlder, hasLater, beginning }) {
      for (const edge of lines.querySelectorAll(
        ":scope > .older, :scope > .later, :scope > .beginning",
      ))
        edge.remove();
      lines.prepend(hasOlder ? drawEdge("older", "Earlier messages") : beginning);
      if (hasLater) lines.append(drawEdge("later", "Later messages"));
    },
    isLoading: () => loading.size > 0,
    close() {
      observer.disconnect();
    },
  };
}
