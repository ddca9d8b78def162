/** The state of the connection in words, never by silence; calm enough not to flash on every page. */

const PATIENCE = 1200;
const READING_TIME = 4000;

export function createBanner(element, { later = setTimeout, cancel = clearTimeout } = {}) {
  let timer = null;

  function show(words, { after = 0, forMs = 0 } = {}) {
    cancel(timer);
    if (after) {
      timer = later(() => show(words, { forMs }), after);
      return;
    }
    if (element.textContent !== words) element.textContent = words;
    if (forMs) timer = later(() => show(""), forMs);
  }

  return {
    connecting() { show("Connecting…", { after: PATIENCE }); },
    connected() { show(""); },
    reconnecting(isOffline) { show(isOffline ? "Offline. What you write is kept and sent later." : "Reconnecting…"); },
    back(count) {
      show(count ? `Back; ${count} new ${count === 1 ? "message" : "messages"}` : "Back; nothing missed", { forMs: READING_TIME });
    },
    signedOut() {
      const link = document.createElement("a");
      link.href = `/login?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "Log in again";
      show("");
      element.replaceChildren("You are logged out. ", link);
    },
    failed(words) { show(words, { forMs: 2 * READING_TIME }); },
  };
}
