/** The live connection: Socket.IO with a fresh ticket for every attempt, and its state in words. */

import { io } from "../../vendor/socket.io-client-4.8.4.esm.min.js";

const AGAIN_AFTER_REFUSAL = 2000;
const LONGEST_PAUSE = 10_000;
const ANSWERED_WITHIN = 5000;

/**
 * `getTicket()` → {url, token}; throws a Problem. `on(name, payload)` gets every event.
 * `changed(state)`: "connecting", "connected", "reconnecting", "signed-out".
 */
export function createConnection({ getTicket, on, changed }) {
  let socket = null;
  let hasBeenConnected = false;
  let refusals = 0;
  let state = null;

  async function start() {
    say("connecting");
    const ticket = await firstTicket();
    if (!ticket) return;
    let unused = ticket.token;
    socket = io(ticket.url, {
      transports: ["websocket", "polling"],
      tryAllTransports: true,
      reconnectionDelay: 300,
      reconnectionDelayMax: 5000,
      randomizationFactor: 0.5,
      auth(give) {
        const token = unused;
        unused = null;
        if (token) give({ token });
        else freshToken().then((fresh) => give({ token: fresh }));
      },
    });
    socket.on("connect", connected);
    socket.on("disconnect", lost);
    socket.on("connect_error", () => {
      if (!socket.active) tryAgain();
    });
    socket.onAny(on);
  }

  async function firstTicket() {
    for (let failures = 0; ; failures += 1) {
      try {
        return await getTicket();
      } catch (problem) {
        if (isSignedOut(problem)) return null;
        await wait(failures + 1);
      }
    }
  }

  /** A ticket works once and for 30 seconds, so each attempt fetches its own; an empty one is refused and retried. */
  async function freshToken() {
    try {
      return (await getTicket()).token;
    } catch (problem) {
      isSignedOut(problem);
      return "";
    }
  }

  function isSignedOut(problem) {
    if (problem.status !== 401) return false;
    socket?.disconnect();
    say("signed-out");
    return true;
  }

  function connected() {
    refusals = 0;
    const isBack = hasBeenConnected;
    hasBeenConnected = true;
    socket.emit("connect-ack", { data: "connected" });
    say("connected", isBack);
  }

  function lost(reason) {
    if (state === "signed-out") return;
    say("reconnecting");
    // Socket.IO does not come back by itself after the server closed the connection.
    if (reason === "io server disconnect") tryAgain();
  }

  async function tryAgain() {
    refusals += 1;
    say(hasBeenConnected ? "reconnecting" : "connecting");
    await wait(refusals);
    if (state !== "signed-out") socket.connect();
  }

  function wait(failures) {
    const longest = Math.min(LONGEST_PAUSE, AGAIN_AFTER_REFUSAL * 2 ** (failures - 1));
    return new Promise((resolve) => {
      setTimeout(resolve, longest * (0.25 + Math.random() * 0.5));
    });
  }

  function say(next, isBack = false) {
    state = next;
    changed(next, isBack);
  }

  return {
    start,
    emit(name, payload) {
      if (socket?.connected) socket.emit(name, payload);
    },
    /** The server's answer, or null when there is none. */
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
