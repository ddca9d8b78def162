/**
 * Messages that were written here and are not yet known to be stored.
 *
 * Pure: `store` keeps them over a reload (put, remove, all), `post(item)` sends one and returns the stored message or
 * throws a Problem, `changed(item, message)` is told of every change of state, `pause(ms)` waits.
 * The server recognises an item by its `client_id`, so sending one again is harmless, and nothing is shown twice.
 * Items of one conversation go one after another, in the order in which they were written.
 */
export const SENDING = "sending";
export const SENT = "sent";
export const FAILED = "failed";

const LONGEST_PAUSE = 15_000;

export function createOutbox({ store, post, changed, pause }) {
  const queues = new Map(); // place → items, oldest first
  const running = new Set();
  let wakeUp = null;
  let sleeping = new Promise((resolve) => {
    wakeUp = resolve;
  });

  /** Keep and send; the item shows at once. */
  async function add(item) {
    const kept = { ...item, state: SENDING, reason: null };
    enqueue(kept);
    changed(kept, null);
    await store.put(kept).catch(() => {}); // without storage it is still sent, only not kept over a reload
    run(placeOf(kept));
  }

  /** What an earlier page left behind. */
  async function load() {
    const items = (await store.all().catch(() => [])).sort((a, b) => a.written - b.written);
    for (const item of items) {
      enqueue(item);
      changed(item, null);
    }
    for (const place of queues.keys()) run(place);
  }

  /** Try a failed one again. */
  async function retry(clientId) {
    const item = find(clientId);
    if (!item || item.state !== FAILED) return;
    await settle(item, SENDING, null);
    run(placeOf(item));
  }

  /** Give a failed one up. */
  async function discard(clientId) {
    const item = find(clientId);
    if (!item || item.state !== FAILED) return null;
    await drop(item);
    return item;
  }

  /** The log has it: whatever became of our own request, it is stored. */
  function confirm(clientId) {
    const item = find(clientId);
    if (item) drop(item);
  }

  /** The network may be back: do not wait any longer. */
  function wake() {
    wakeUp();
    sleeping = new Promise((resolve) => {
      wakeUp = resolve;
    });
    for (const place of queues.keys()) run(place);
  }

  async function run(place) {
    if (running.has(place)) return;
    running.add(place);
    try {
      let failures = 0;
      for (let item = next(place); item; item = next(place)) {
        failures = (await attempt(item)) ? 0 : failures + 1;
        if (failures) await Promise.race([pause(pauseAfter(failures, item)), sleeping]);
      }
    } finally {
      running.delete(place);
    }
  }

  /** True when the item needs no further attempt now. */
  async function attempt(item) {
    try {
      const message = await post(item);
      if (find(item.client_id)) await drop(item);
      changed({ ...item, state: SENT }, message);
      return true;
    } catch (problem) {
      if (problem.isPassing) {
        item.wait = problem.retryAfter;
        showWaiting(item, problem.status);
        return false;
      }
      await settle(item, FAILED, problem.message);
      return true;
    }
  }

  /** Its sender sees for what it waits: for the network, or for a server that is away. */
  function showWaiting(item, status) {
    const waitsFor = status === 0 ? "network" : status >= 500 ? "server" : null;
    if (item.waitsFor === waitsFor || !find(item.client_id)) return;
    item.waitsFor = waitsFor;
    changed(item, null);
  }

  function pauseAfter(failures, item) {
    const grown =
      Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);
    return Math.max(grown, (item.wait || 0) * 1000);
  }

  async function settle(item, state, reason) {
    item.state = state;
    item.reason = reason;
    changed(item, null);
    await store.put(item).catch(() => {});
  }

  async function drop(item) {
    const queue = queues.get(placeOf(item)) || [];
    const index = queue.indexOf(item);
    if (index >= 0) queue.splice(index, 1);
    await store.remove(item.client_id).catch(() => {});
  }

  function enqueue(item) {
    const place = placeOf(item);
    if (!queues.has(place)) queues.set(place, []);
    if (!find(item.client_id)) queues.get(place).push(item);
  }

  function next(place) {
    return (queues.get(place) || []).find((item) => item.state === SENDING);
  }

  function find(clientId) {
    for (const queue of queues.values()) {
      const item = queue.find((each) => each.client_id === clientId);
      if (item) return item;
    }
    return null;
  }

  /** Items written for one conversation, those that no log has confirmed yet. */
  function itemsOf(place) {
    return [...(queues.get(place) || [])];
  }

  return { add, load, retry, discard, confirm, wake, itemsOf };
}

/** Where an item goes: a conversation, or a person with whom there is none yet. */
export function placeOf(item) {
  return item.conversation_id ? `c${item.conversation_id}` : `u${item.recipient_id}`;
}
