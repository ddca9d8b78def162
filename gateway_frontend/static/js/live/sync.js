/** After any time without a connection: one request for all missed events, in all conversations. */

const AT_ONCE = 200; // conversations in one call

/** @typedef {import("./log.js").Log} Log */

/**
 * Calls while one is running lead to one more round after it, never to two at once.
 *
 * @param {object} parts
 * @param {() => Map<number, Log>} parts.logs the logs by conversation
 * @param {(cursors: Record<string, number>) => Promise<{conversations: Record<string, EventPage>, epoch: string}>} parts.ask
 * @param {() => Promise<unknown>} parts.refresh updates the list of conversations: some may be new, some gone
 * @param {Pause} parts.pause
 */
export function createSync({ logs, ask, refresh, pause }) {
  /** @type {Promise<void> | null} */
  let running = null;
  let isWantedAgain = false;

  function run() {
    isWantedAgain = Boolean(running);
    running ??= repeat().finally(() => {
      running = null;
    });
    return running;
  }

  async function repeat() {
    let failures = 0;
    do {
      isWantedAgain = false;
      try {
        await once();
        failures = 0;
      } catch (problem) {
        if (!problem.isPassing) throw problem;
        failures += 1;
        isWantedAgain = true;
        await pause(failures);
      }
    } while (isWantedAgain);
  }

  async function once() {
    const known = Array.from(logs());
    for (let start = 0; start < known.length; start += AT_ONCE)
      await askFor(new Map(known.slice(start, start + AT_ONCE)));
    await refresh();
  }

  /** @param {Map<number, Log>} known */
  async function askFor(known) {
    const cursors = Object.fromEntries(Array.from(known, ([id, log]) => [id, log.lastSeq]));
    const answer = await ask(cursors);
    const pages = Object.entries(answer.conversations);
    await Promise.all(
      pages.map(([id, page]) =>
        known.get(Number(id))?.receivePage({ ...page, epoch: answer.epoch }),
      ),
    );
  }

  return { run };
}
