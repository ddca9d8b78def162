// @ts-check
/**
 * Runs before the first paint, so that nothing moves later: what one comes for is in view. After the paint the app's
 * modules load, whose hundred files would delay it.
 *
 * A classic script, as modules never run before the first paint.
 */
{
  const CONTEXT = 0.2; // of the height, as in conversation/viewport.js
  const AT_ONCE = 24;
  const isTouch = matchMedia("(hover: none) and (pointer: coarse)").matches; // as in conversation/composer.js

  /** @param {HTMLElement} log */
  const showWanted = (log) => {
    // Asked for also where nothing is wanted: layout is a task of its own then, before that of the paint.
    const { top, bottom, height } = log.getBoundingClientRect();
    const at = log.closest("[data-at]")?.getAttribute("data-at");
    const wanted = log.querySelector(at ? `.message[data-seq="${Number(at)}"]` : ".new");
    if (!wanted || (!at && location.hash)) return;
    const is = wanted.getBoundingClientRect().top;
    if (is < top || is > bottom) log.scrollTop += is - top - height * CONTEXT;
  };

  /** A few at a time: a hundred at once would hold up the page. */
  const loadModules = async () => {
    const template = document.querySelector("#modules-template");
    if (!(template instanceof HTMLTemplateElement)) return;
    const elements = Array.from(document.importNode(template.content, true).children);
    const script = elements.find((element) => element instanceof HTMLScriptElement);
    script?.addEventListener("error", () => showFailure(template.dataset.failed ?? ""));
    while (elements.length) {
      document.head.append(...elements.splice(0, AT_ONCE));
      await new Promise((resolve) => setTimeout(resolve));
    }
  };

  /**
   * Where the state of the connection stands later.
   *
   * @param {string} words
   */
  const showFailure = (words) => {
    const place = document.querySelector(".net");
    if (place) place.textContent = words;
  };

  /**
   * Enter sends, also while the modules still load: the composer does it when it is ready.
   *
   * @param {KeyboardEvent} event
   */
  const noteEnter = (event) => {
    const { target: box, key, shiftKey, isComposing, defaultPrevented } = event;
    if (key !== "Enter" || shiftKey || isComposing || defaultPrevented || isTouch) return;
    if (!(box instanceof HTMLTextAreaElement) || !box.matches("form.box textarea")) return;
    event.preventDefault();
    box.dataset.entered = "";
  };

  /** With the catalog of texts, which is deferred. */
  const parsed = new Promise((resolve) => {
    document.addEventListener("DOMContentLoaded", resolve);
  });
  const painted = new Promise((resolve) => {
    new PerformanceObserver(resolve).observe({ type: "paint", buffered: true });
    setTimeout(resolve, 500); // a tab in the background is not painted
  });

  document.addEventListener("keydown", noteEnter);
  for (const log of document.querySelectorAll(".log")) showWanted(/** @type {any} */ (log));
  Promise.all([parsed, painted]).then(loadModules);
}
