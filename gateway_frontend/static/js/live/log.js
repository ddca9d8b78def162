/**
 * One conversation's log as this client has it: every event is applied exactly once, in order of seq.
 *
 * Pure: it knows neither the page nor the network. What it needs is handed in:
 *   apply(event)          called once for each event, in order
 *   fetchAfter(seq)       → {events, last_seq, more, epoch, reset?}; may throw. `reset`: `seq` is beyond the log's end,
 *                         as after a restore from a backup
 *   startAnew(epoch)      the log was put back to an older state: show it afresh → {lastSeq, epoch}; may throw
 *   pause(attempt)        → promise; the wait before trying again after the `attempt`th failure in a row
 *   settle()              → promise; how long an event may come too early before what is missing is asked for
 */
export function createLog({
  lastSeq,
  epoch,
  apply,
  fetchAfter,
  startAnew,
  pause,
  settle = settleSoon,
}) {
  const waiting = new Map(); // seq → event that came before its turn
  const left = new Set(); // epochs that are over; what still arrives from them is dropped
  let catching = null;
  let renewing = null;
  let settling = null;
  let isClosed = false;

  /** An event arrived, in whatever order and however often. */
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

  /** A page of events that came by another way, for example from /api/sync. */
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

  /** What came after `seq` was applied where nobody saw it: it is asked for and applied once more. */
  function rewind(seq) {
    if (isClosed || renewing || seq >= lastSeq) return Promise.resolve();
    lastSeq = seq;
    return catchUp();
  }

  /** Ask for what is missing. Resolves when this log is level; concurrent calls share one round. */
  function catchUp() {
    if (isClosed) return Promise.resolve();
    if (renewing) return renewing;
    catching ??= fetchUntilLevel().finally(() => {
      catching = null;
    });
    return catching;
  }

  async function fetchUntilLevel() {
    let failures = 0;
    let isBehind = true;
    while (isBehind && !isClosed && !renewing) {
      let page = null;
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

  /** False for an epoch that is over; an epoch never seen before starts the log anew, once. */
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

  async function renew(to) {
    for (let failures = 1; !isClosed && epoch === to; failures += 1) {
      try {
        const start = await startAnew(to);
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
