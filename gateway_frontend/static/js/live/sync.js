/** After any time away: ask once for everything that was missed, in all conversations. */

const AT_ONCE = 200; // what one call may ask

/**
 * `logs()` → Map of id → log; `ask(cursors)` → {conversations: {id: {events, last_seq, more}}, epoch};
 * `refresh()` brings the list of conversations up to date (some may be new, some gone).
 * Calls while one is under way lead to one more round after it, never to two at once.
 */
export function createSync({ logs, ask, refresh, pause }) {
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

  async function askFor(known) {
    const cursors = Object.fromEntries(Array.from(known, ([id, log]) => [id, log.lastSeq]));
    const answer = await ask(cursors);
    const pages = Object.entries(answer.conversations);
    await Promise.all(
      pages.map(([id, page]) =>
        known.get(Number(id))?.receivePage({ epoch: answer.epoch, ...page }),
      ),
    );
  }

  return { run };
}
