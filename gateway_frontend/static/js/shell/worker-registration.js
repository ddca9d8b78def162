/** Register the service worker once the page is shown; without one, everything but offline reading works. */

const PATH = "/service-worker.js";

export function registerWorker() {
  if (!("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const isFirst = !serviceWorker.controller;
  const register = () =>
    serviceWorker
      .register(PATH, { type: "module" })
      .catch((error) => console.info("No service worker:", error.message));
  if (isFirst) serviceWorker.addEventListener("controllerchange", keepThisPage, { once: true });
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}

/** The worker has not seen this page come: it keeps what passes through it. */
function keepThisPage() {
  fetch(location.pathname, { headers: { Accept: "text/html" } }).catch(() => {});
}
