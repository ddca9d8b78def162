/**
 * Messages that were written here and are not yet known to be stored.
 *
 * The server recognises an item by its `client_id`, so sending one again is harmless, and nothing is shown twice.
 * Items of one conversation go one after another, in the order in which they were written.
 */
const SENDING = "sending";
export const SENT = "sent";
export const FAILED = "failed";

const LONGEST_PAUSE = 15_000;

/**
 * @param {object} parts
 * @param {{put(item: OutboxItem): Promise<void>, remove(clientId: string): Promise<void>, all(): Promise<OutboxItem[]>}} parts.store
 *   keeps the items over a reload
 * @param {(item: OutboxItem) => Promise<Message>} parts.post sends one; throws a Problem
 * @param {(item: OutboxItem, message: Message | null) => void} parts.changed is called with every change of state
 * @param {(ms: number) => Promise<unknown>} parts.pause
 */
export function createOutbox({ store, post, changed, pause }) {
  /** @type {Map<string, OutboxItem[]>} place → items, oldest first */
  const queues = new Map();
  /** @type {Set<string>} */
  const running = new Set();
  let sleep = makeSleep();

  /**
   * Keep and send a message; it shows at once.
   *
   * @param {OutgoingMessage} message
   */
  async function add(message) {
    const kept = { ...message, state: SENDING, reason: null };
    enqueue(kept);
    changed(kept, null);
    await store.put(kept).catch(() => {}); // without storage it is still sent, only not kept over a reload
    run(placeOf(kept));
  }

  /** Send the items that an earlier page left behind. */
  async function load() {
    const items = (await store.all().catch(() => [])).sort((a, b) => a.written - b.written);
    for (const item of items) {
      enqueue(item);
      changed(item, null);
    }
    for (const place of queues.keys()) run(place);
  }

  /**
   * Try a failed item again.
   *
   * @param {string} clientId
   */
  async function retry(clientId) {
    const item = find(clientId);
    if (!item || item.state !== FAILED) return;
    await settle(item, SENDING, null);
    run(placeOf(item));
  }

  /**
   * Give a failed item up. → the item
   *
   * @param {string} clientId
   */
  async function discard(clientId) {
    const item = find(clientId);
    if (!item || item.state !== FAILED) return null;
    await drop(item);
    return item;
  }

  /**
   * The log has it: it is stored, even if our own request failed.
   *
   * @param {string} clientId
   */
  function confirm(clientId) {
    const item = find(clientId);
    if (item) drop(item);
  }

  /** The network may be back: do not wait any longer. */
  function wake() {
    sleep.end();
    sleep = makeSleep();
    for (const place of queues.keys()) run(place);
  }

  /** @param {string} place */
  async function run(place) {
    if (running.has(place)) return;
    running.add(place);
    try {
      let failures = 0;
      for (let item = next(place); item; item = next(place)) {
        failures = (await attempt(item)) ? 0 : failures + 1;
        if (failures) await Promise.race([pause(pauseAfter(failures, item)), sleep.ended]);
      }
    } finally {
      running.delete(place);
    }
  }

  /**
   * → whether the item needs no further attempt now.
   *
   * @param {OutboxItem} item
   */
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

  /**
   * Show why it waits: for the network, or for a server that does not answer.
   *
   * @param {OutboxItem} item
   * @param {number} status
   */
  function showWaiting(item, status) {
    const waitsFor = status === 0 ? "network" : status >= 500 ? "server" : null;
    if (item.waitsFor === waitsFor || !find(item.client_id)) return;
    item.waitsFor = waitsFor;
    changed(item, null);
  }

  /**
   * @param {OutboxItem} item
   * @param {string} state
   * @param {string | null} reason
   */
  async function settle(item, state, reason) {
    item.state = state;
    item.reason = reason;
    changed(item, null);
    await store.put(item).catch(() => {});
  }

  /** @param {OutboxItem} item */
  async function drop(item) {
    const queue = queues.get(placeOf(item)) || [];
    const index = queue.indexOf(item);
    if (index >= 0) queue.splice(index, 1);
    await store.remove(item.client_id).catch(() => {});
  }

  /** @param {OutboxItem} item */
  function enqueue(item) {
    if (find(item.client_id)) return;
    const queue = queues.get(placeOf(item));
    if (queue) queue.push(item);
    else queues.set(placeOf(item), [item]);
  }

  /** @param {string} place */
  function next(place) {
    return (queues.get(place) || []).find((item) => item.state === SENDING);
  }

  /** @param {string} clientId */
  function find(clientId) {
    for (const queue of queues.values()) {
      const item = queue.find((each) => each.client_id === clientId);
      if (item) return item;
    }
    return null;
  }

  /**
   * Items written for one conversation that no log has confirmed yet.
   *
   * @param {string} place
   */
  function itemsOf(place) {
    return [...(queues.get(place) || [])];
  }

  return { add, load, retry, discard, confirm, wake, itemsOf };
}

/**
 * A key for where an item goes: a conversation, a thread, or a person with whom there is no conversation yet.
 *
 * @param {Target} item
 */
export function placeOf(item) {
  if (item.reply_to) return `c${item.conversation_id}t${item.reply_to}`;
  return item.conversation_id ? `c${item.conversation_id}` : `u${item.recipient_id}`;
}

/**
 * Longer after each failure, with a random part, and at least as long as the server asked.
 *
 * @param {number} failures
 * @param {OutboxItem} item
 */
function pauseAfter(failures, item) {
  const grown =
    Math.min(LONGEST_PAUSE, 500 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);
  return Math.max(grown, (item.wait || 0) * 1000);
}

/** A wait that `end()` ends. */
function makeSleep() {
  /** @type {() => void} */
  let end = () => {};
  /** @type {Promise<void>} */
  const ended = new Promise((resolve) => {
    end = resolve;
  });
  return { ended, end: () => end() };
}
