/** Waits before further attempts, which all end at once when something is reachable again. */

const LONGEST = 10_000;

export function createRetrying() {
  /** @type {Set<() => void>} */
  const waiting = new Set();

  /**
   * Longer after each failure in a row, with a random part.
   *
   * @param {number} failures
   * @returns {Promise<void>}
   */
  function pause(failures) {
    const ms = Math.min(LONGEST, 300 * 2 ** Math.min(failures, 6)) * (0.75 + Math.random() / 2);
    return new Promise((resolve) => {
      const end = () => {
        waiting.delete(end);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(end, ms);
      waiting.add(end);
    });
  }

  return {
    pause,
    /** All attempts are made now. */
    wake() {
      for (const end of Array.from(waiting)) end();
    },
  };
}
