/**
 * One conversation's log as this client has it: every event is applied exactly once, in order of seq.
 *
 * Pure: it knows neither the page nor the network.
 */

/** @typedef {ReturnType<typeof createLog>} Log */

/**
 * @param {object} parts
 * @param {number} parts.lastSeq
 * @param {string} parts.epoch
 * @param {(event: LogEvent) => void} parts.apply is called once for each event, in order
 * @param {(seq: number) => Promise<EventPage>} parts.fetchAfter may throw
 * @param {(epoch: string) => Promise<{lastSeq: number}>} parts.restart shows the conversation again, after its log was
 *   restored to an older state; may throw
 * @param {Pause} parts.pause
 * @param {() => Promise<unknown>} [parts.settle] how long an event may be early before the missing ones are asked for
 */
export function createLog({
  lastSeq,
  epoch,
  apply,
  fetchAfter,
  restart,
  pause,
  settle = settleSoon,
}) {
  /** @type {Map<number, LogEvent>} seq → event that came before its turn */
  const waiting = new Map();
  /** @type {Set<string>} epochs that are over; their events are dropped */
  const left = new Set();
  /** @type {Promise<unknown> | null} */
  let catching = null;
  /** @type {Promise<void> | null} */
  let renewing = null;
  /** @type {Promise<void> | null} */
  let settling = null;
  let isClosed = false;

  /**
   * An event arrived, perhaps early, late or for the second time.
   *
   * @param {LogEvent} event
   */
  function receive(event) {
    if (isClosed || !isOfThisEpoch(event.epoch)) return;
    if (event.seq <= lastSeq) return;
    waiting.set(event.seq, event);
    if (renewing) return;
    applyWaiting();
    if (waiting.size && !settling) settling = settle().then(askForGap);
  }

  /** Most gaps close by themselves, when the events before have only been overtaken. */
  function askForGap() {
    settling = null;
    if (waiting.size) catchUp();
  }

  /**
   * A page of events from elsewhere, for example from /api/sync.
   *
   * @param {EventPage} page
   * @returns {Promise<unknown>}
   */
  function receivePage(page) {
    if (isClosed || !isOfThisEpoch(page.epoch)) return Promise.resolve();
    if (page.reset && page.last_seq < lastSeq) begin(epoch);
    for (const event of page.events) {
      if (event.seq > lastSeq) waiting.set(event.seq, event);
    }
    if (renewing) return renewing;
    applyWaiting();
    return page.more || page.last_seq > lastSeq || waiting.size ? catchUp() : Promise.resolve();
  }

  /**
   * Events after `seq` were applied while the page was not there: fetch and apply them again.
   *
   * @param {number} seq
   * @returns {Promise<unknown>}
   */
  function rewind(seq) {
    if (isClosed || renewing || seq >= lastSeq) return Promise.resolve();
    lastSeq = seq;
    return catchUp();
  }

  /**
   * Fetch what is missing. Resolves when this log is complete; concurrent calls share one round.
   *
   * @returns {Promise<unknown>}
   */
  function catchUp() {
    if (isClosed) return Promise.resolve();
    if (renewing) return renewing;
    catching ??= fetchUntilComplete().finally(() => {
      catching = null;
    });
    return catching;
  }

  async function fetchUntilComplete() {
    let failures = 0;
    let isBehind = true;
    while (isBehind && !isClosed && !renewing) {
      /** @type {EventPage} */
      let page;
      try {
        page = await fetchAfter(lastSeq);
      } catch {
        failures += 1;
        await pause(failures);
        continue;
      }
      if (isClosed || renewing || !isOfThisEpoch(page.epoch) || renewing) break;
      if (page.reset && page.last_seq < lastSeq) {
        begin(epoch);
        break;
      }
      const before = lastSeq;
      for (const event of page.events) if (event.seq > lastSeq) waiting.set(event.seq, event);
      applyWaiting();
      // Events that arrived meanwhile may still have a gap before them, unless the log had nothing to fill it with.
      isBehind = page.more || waiting.size > 0;
      failures = lastSeq > before ? 0 : failures + 1;
      if (isBehind && failures) await pause(failures); // nothing came although something is missing: it will
    }
    return renewing;
  }

  function applyWaiting() {
    for (const seq of waiting.keys()) if (seq <= lastSeq) waiting.delete(seq);
    for (
      let event = waiting.get(lastSeq + 1);
      event && !isClosed;
      event = waiting.get(lastSeq + 1)
    ) {
      waiting.delete(event.seq);
      lastSeq = event.seq;
      apply(event);
    }
  }

  /**
   * False for an epoch that is over; a new epoch resets the log, once.
   *
   * @param {string | undefined} other
   */
  function isOfThisEpoch(other) {
    if (!other || other === epoch) return true;
    if (left.has(other)) return false;
    if (!epoch) {
      epoch = other;
      return true;
    }
    begin(other);
    return true;
  }

  /** @param {string} other */
  function begin(other) {
    if (other !== epoch) left.add(epoch);
    epoch = other;
    lastSeq = 0;
    waiting.clear();
    renewing = renew(other).finally(() => {
      renewing = null;
      applyWaiting();
      if (waiting.size) catchUp();
    });
  }

  /** @param {string} to */
  async function renew(to) {
    for (let failures = 1; !isClosed && epoch === to; failures += 1) {
      try {
        const start = await restart(to);
        if (epoch === to) lastSeq = Math.max(lastSeq, start.lastSeq);
        return;
      } catch {
        await pause(failures);
      }
    }
  }

  return {
    receive,
    receivePage,
    catchUp,
    rewind,
    close() {
      isClosed = true;
      waiting.clear();
    },
    get lastSeq() {
      return lastSeq;
    },
    get epoch() {
      return epoch;
    },
  };
}

/** Not at once, and not every client of a room at the same moment. */
function settleSoon() {
  return new Promise((resolve) => {
    setTimeout(resolve, 150 + Math.random() * 150);
  });
}
