/** Messages that are known but not on the page, because what is between them and the page is not loaded. */

/**
 * @param {object} parts
 * @param {(id: number) => Promise<Message>} parts.fetchMessage
 * @param {(message: Message) => void} parts.upsert
 */
export function createUnloaded({ fetchMessage, upsert }) {
  /** @type {Map<number, Message>} id → message that arrived while the page on which it belongs was loading */
  const arrived = new Map();
  /** @type {Set<number>} ids of messages that changed meanwhile, in another way than their text */
  const outdated = new Set();
  let newestSeq = 0;

  /** @param {number} seq of a message that is stored */
  function knows(seq) {
    newestSeq = Math.max(newestSeq, seq);
  }

  /** @param {number} id */
  async function renew(id) {
    try {
      upsert(await fetchMessage(id));
    } catch {
      // Not readable any more, or away: the message stays as it was when its page was read.
    }
  }

  return {
    knows,
    /** The seq of the newest message that may be missing on the page. */
    get newestSeq() {
      return newestSeq;
    },
    /**
     * @param {Message} message
     * @param {boolean} isLoading
     */
    add(message, isLoading) {
      knows(message.seq);
      if (isLoading) arrived.set(message.id, message);
    },
    /**
     * A reaction, a vote or a reply came for a message whose page is loading.
     *
     * @param {number} id
     */
    changed(id) {
      outdated.add(id);
    },
    /**
     * More is on the page: perhaps some of these belong there now.
     *
     * @param {(message: Message) => boolean} tryToPlace
     */
    place(tryToPlace) {
      for (const message of arrived.values()) if (tryToPlace(message)) arrived.delete(message.id);
    },
    /**
     * Nothing is loading any more.
     *
     * @param {(id: number) => boolean} isShown whether a message is on the page
     */
    ended(isShown) {
      arrived.clear();
      for (const id of outdated) if (isShown(id)) renew(id);
      outdated.clear();
    },
  };
}
