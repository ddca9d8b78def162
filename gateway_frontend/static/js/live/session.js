/** From connection to connection: the banner's words, and the catch-up after a time without one. */

/**
 * @param {object} parts
 * @param {ReturnType<typeof import("../shell/banner.js").createBanner>} parts.banner
 * @param {() => Promise<unknown>} parts.sync fetches all missed events
 * @param {() => boolean} parts.isConnected
 * @param {() => void} parts.lost is called when the connection is lost
 * @param {() => void} parts.returned is called when there is a connection
 */
export function createSession({ banner, sync, isConnected, lost, returned }) {
  /** @type {number | null} messages since the connection was lost */
  let missed = null;

  /**
   * @param {import("./connection.js").ConnectionState} state
   * @param {boolean} isBack whether there was a connection before
   */
  function connectionChanged(state, isBack) {
    if (state === "connecting") banner.connecting();
    if (state === "signed-out") banner.signedOut();
    if (state === "reconnecting") {
      cutOff(!navigator.onLine);
      lost();
    }
    if (state !== "connected") return;
    returned();
    if (!isBack) {
      banner.connected();
      missed = null;
    }
    catchUp(isBack);
  }

  /**
   * From here on, messages are counted until their number is shown.
   *
   * @param {boolean} isOffline
   */
  function cutOff(isOffline) {
    missed ??= 0;
    banner.reconnecting(isOffline);
  }

  async function catchUp(isBack = false) {
    await sync().catch(() => {});
    if (!isBack || missed === null) return;
    if (isConnected()) banner.back(missed);
    missed = null;
  }

  return {
    connectionChanged,
    cutOff,
    catchUp,
    /** Another person's message arrived. */
    count() {
      if (missed !== null) missed += 1;
    },
    isCatchingUp: () => missed !== null,
  };
}
