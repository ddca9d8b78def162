/** The live connection: Socket.IO with a fresh ticket for every attempt, and its state in words. */

import { io } from "../../vendor/socket.io-client-4.8.4.esm.min.js";

const AGAIN_AFTER_REFUSAL = 2000;
const LONGEST_PAUSE = 10_000;
const ANSWERED_WITHIN = 5000;
const CONNECTED_WITHIN = 6000;

/** @typedef {"connecting" | "connected" | "reconnecting" | "signed-out"} ConnectionState */

/**
 * @param {object} parts
 * @param {() => Promise<{url: string, token: string}>} parts.getTicket throws a Problem
 * @param {(name: string, payload: any) => void} parts.receive is called with every event
 * @param {(state: ConnectionState, isBack: boolean) => void} parts.changed
 */
export function createConnection({ getTicket, receive, changed }) {
  /** @type {import("../../vendor/socket.io-client-4.8.4.esm.min.js").Socket | null} */
  let socket = null;
  let hasBeenConnected = false;
  let refusals = 0;
  /** @type {ConnectionState | null} */
  let state = null;

  async function start() {
    show("connecting");
    const ticket = await firstTicket();
    if (!ticket) return;
    const made = connect(ticket);
    socket = made;
    made.on("connect", connected);
    made.on("disconnect", lost);
    made.on("connect_error", () => {
      if (!made.active) tryAgain();
    });
    made.onAny(receive);
  }

  /** @param {{url: string, token: string}} ticket */
  function connect(ticket) {
    let unused = ticket.token;
    return io(ticket.url, {
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      timeout: CONNECTED_WITHIN,
      reconnectionDelay: 300,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      /** @param {(auth: object) => void} give */
      auth(give) {
        const token = unused;
        unused = "";
        if (token) give({ token });
        else freshToken().then((fresh) => give({ token: fresh }));
      },
    });
  }

  async function firstTicket() {
    for (let failures = 0; ; failures += 1) {
      try {
        return await getTicket();
      } catch (problem) {
        if (signedOut(problem)) return null;
        await wait(failures + 1);
      }
    }
  }

  /** A ticket works once and for 30 seconds, so each attempt fetches its own; an empty one is refused and retried. */
  async function freshToken() {
    try {
      return (await getTicket()).token;
    } catch (problem) {
      signedOut(problem);
      return "";
    }
  }

  /**
   * → whether the session is over; if so, nothing is tried again.
   *
   * @param {import("../core/api.js").Problem} problem
   */
  function signedOut(problem) {
    if (problem.status !== 401) return false;
    socket?.disconnect();
    show("signed-out");
    return true;
  }

  function connected() {
    refusals = 0;
    const isBack = hasBeenConnected;
    hasBeenConnected = true;
    socket?.emit("connect-ack", { data: "connected" });
    show("connected", isBack);
  }

  /** @param {string} reason */
  function lost(reason) {
    if (state === "signed-out") return;
    show("reconnecting");
    // Socket.IO does not come back by itself after the server closed the connection.
    if (reason === "io server disconnect") tryAgain();
  }

  async function tryAgain() {
    refusals += 1;
    show(hasBeenConnected ? "reconnecting" : "connecting");
    await wait(refusals);
    if (state !== "signed-out") socket?.connect();
  }

  /**
   * @param {number} failures
   * @returns {Promise<void>}
   */
  function wait(failures) {
    const longest = Math.min(LONGEST_PAUSE, AGAIN_AFTER_REFUSAL * 2 ** (failures - 1));
    return new Promise((resolve) => {
      setTimeout(resolve, longest * (0.25 + Math.random() * 0.5));
    });
  }

  /** @param {ConnectionState} next */
  function show(next, isBack = false) {
    state = next;
    changed(next, isBack);
  }

  return {
    start,
    /**
     * @param {string} name
     * @param {object} payload
     */
    emit(name, payload) {
      if (socket?.connected) socket.emit(name, payload);
    },
    /**
     * The server's answer, or null when there is none.
     *
     * @param {string} name
     * @param {object} payload
     */
    async ask(name, payload) {
      return socket?.connected
        ? socket
            .timeout(ANSWERED_WITHIN)
            .emitWithAck(name, payload)
            .catch(() => null)
        : null;
    },
    /**
     * The browser says the network is back: do not wait for the next attempt. A socket from before may look open
     * and be dead, which only its heartbeat would show.
     */
    hurry() {
      if (!socket || state === "signed-out") return;
      socket.disconnect();
      socket.connect();
    },
    get state() {
      return state;
    },
  };
}
