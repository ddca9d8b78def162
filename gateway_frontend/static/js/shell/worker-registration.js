/** Register the service worker once the page is shown; without one, everything but offline reading works. */

const PATH = "/service-worker.js";

export function registerWorker() {
  const register = () =>
    navigator.serviceWorker
      .register(PATH, { type: "module" })
      .catch((error) => console.info("No service worker:", error.message));
  if (!("serviceWorker" in navigator)) return;
  if (document.readyState === "complete") register();
  else window.addEventListener("load", register, { once: true });
}
