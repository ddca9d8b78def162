/**
 * Resolves after some time; at once, in a task of its own, so that what waits, such as a key, comes first.
 *
 * @param {number} [ms]
 * @returns {Promise<void>}
 */
export function wait(ms) {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
