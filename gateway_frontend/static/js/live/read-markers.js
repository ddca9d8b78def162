/** Read markers on their way to the server. A marker only grows, so a call that failed is simply repeated. */

/**
 * @param {object} parts
 * @param {(id: number, seq: number) => Promise<unknown>} parts.put throws a Problem
 */
export function createReadMarkers({ put }) {
  /** @type {Map<number, number>} conversation → seq that the server does not have yet */
  const unsent = new Map();

  /**
   * @param {number} id
   * @param {number} seq
   */
  async function send(id, seq) {
    unsent.set(id, seq);
    try {
      await put(id, seq);
      if (unsent.get(id) === seq) unsent.delete(id);
    } catch (problem) {
      if (!problem.isPassing) unsent.delete(id);
    }
  }

  return {
    send,
    /**
     * The person has marked messages as unread: a marker that is not sent yet would take that back.
     *
     * @param {number} id
     */
    forget(id) {
      unsent.delete(id);
    },
    /** Something is reachable again. */
    wake() {
      for (const [id, seq] of unsent) send(id, seq);
    },
  };
}
