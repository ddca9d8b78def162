/** The state of the connection in words. A short wait before "Connecting…" keeps it from flashing on every page. */

import { _, ngettext } from "../core/language.js";
import { clock, dayName, isSameDay } from "../core/times.js";

const PATIENCE = 1200;
const READING_TIME = 4000;

/**
 * @param {HTMLElement} element
 * @param {{later?: Later, cancel?: (timer: number | undefined) => void}} [clock] a test has its own
 */
export function createBanner(element, { later = setTimeout, cancel = clearTimeout } = {}) {
  /** @type {number | undefined} */
  let timer;
  /** @type {(string | Node)[]} what is shown until the state of the connection changes */
  let lasting = [];
  /** @type {{at: Date, isServerAway: boolean} | null} the page, if it is shown as it was last seen */
  let seen = null;

  /**
   * Show until the next state.
   *
   * @param {(string | Node)[]} parts
   */
  function keep(...parts) {
    cancel(timer);
    lasting = parts;
    draw(parts);
  }

  /**
   * Show for a while; then the state again.
   *
   * @param {string} words
   * @param {number} ms
   */
  function flash(words, ms) {
    cancel(timer);
    draw([words]);
    timer = later(() => draw(lasting), ms);
  }

  /** @param {(string | Node)[]} parts */
  function draw(parts) {
    const words = parts.map((part) => (part instanceof Node ? part.textContent : part)).join("");
    if (element.textContent !== words) element.replaceChildren(...parts);
  }

  /** @param {{at: Date, isServerAway: boolean}} page */
  function keepSeen({ at, isServerAway }) {
    const when = { time: clock(at), day: dayName(at) };
    if (isServerAway)
      keep(_("The server is away. This is what was last seen at %(time)s (%(day)s).", when));
    else if (isSameDay(at, new Date()))
      keep(_("You are offline. This is what was last seen at %(time)s.", when));
    else keep(_("You are offline. This is what was last seen at %(time)s (%(day)s).", when));
  }

  return {
    /**
     * The page is the one that was last seen; said until there is a connection.
     *
     * @param {Date} at
     * @param {boolean} isServerAway
     */
    lastSeen(at, isServerAway) {
      seen = { at, isServerAway };
      keepSeen(seen);
    },
    connecting() {
      if (seen) return;
      cancel(timer);
      timer = later(() => keep(_("Connecting…")), PATIENCE);
    },
    connected() {
      seen = null;
      keep("");
    },
    /** @param {boolean} isOffline */
    reconnecting(isOffline) {
      if (seen) keepSeen(seen);
      else if (isOffline) keep(_("Offline. What you write is kept and sent later."));
      else keep(_("Reconnecting…"));
    },
    /** @param {number} count of messages that were missed */
    back(count) {
      seen = null;
      keep("");
      flash(
        count
          ? ngettext("Back; %(num)s new message", "Back; %(num)s new messages", count)
          : _("Back; nothing missed"),
        READING_TIME,
      );
    },
    signedOut() {
      const link = document.createElement("a");
      link.href = `/login?next=${encodeURIComponent(location.pathname)}`;
      link.textContent = _("Log in again");
      keep(`${_("You are logged out.")} `, link);
    },
    /** @param {string} words */
    showError(words) {
      flash(words, 2 * READING_TIME);
    },
  };
}
