/** The state of the connection in words, never by silence; calm enough not to flash on every page. */

const PATIENCE = 1200;
const READING_TIME = 4000;

export function createBanner(element, { later = setTimeout, cancel = clearTimeout } = {}) {
  let timer = null;
  let standing = []; // what is shown until the state of the connection changes

  /** Shown until the next state. */
  function stand(...parts) {
    cancel(timer);
    standing = parts;
    draw(parts);
  }

  /** Shown for a while; then again what stands. */
  function pass(words, ms) {
    cancel(timer);
    draw([words]);
    timer = later(() => draw(standing), ms);
  }

  function draw(parts) {
    const words = parts.map((part) => part.textContent ?? part).join("");
    if (element.textContent !== words) element.replaceChildren(...parts);
  }

  return {
    connecting() {
      cancel(timer);
      timer = later(() => stand("Connecting…"), PATIENCE);
    },
    connected() {
      stand("");
    },
    reconnecting(isOffline) {
      stand(isOffline ? "Offline. What you write is kept and sent later." : "Reconnecting…");
    },
    back(count) {
      stand("");
      pass(
        count
          ? `Back; ${count} new ${count === 1 ? "message" : "messages"}`
          : "Back; nothing missed",
        READING_TIME,
      );
    },
    signedOut() {
      const link = document.createElement("a");
      link.href = `/login?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = "Log in again";
      stand("You are logged out. ", link);
    },
    failed(words) {
      pass(words, 2 * READING_TIME);
    },
  };
}
