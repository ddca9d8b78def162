/** Messages in the log that are not sent yet. */

import { SENT } from "../live/outbox.js";
import { messageByClientId } from "./entries.js";
import { drawWaiting, fillWaiting } from "./message.js";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.lines
 * @param {Reader} parts.me
 * @param {(element: HTMLElement) => void} parts.place puts an entry where it belongs
 * @param {(change: () => void) => void} parts.keepPlace draws without moving what is being read
 */
export function createWaitingItems({ lines, me, place, keepPlace }) {
  /**
   * An unsent item, or its new state.
   *
   * @param {OutboxItem} item
   */
  function showItem(item) {
    if (item.state === SENT) return;
    const known = messageByClientId(lines, item.client_id);
    if (known?.dataset.seq) return;
    if (known) fillWaiting(known, item);
    else keepPlace(() => place(drawWaiting(item, me)));
  }

  /** @param {string} clientId */
  function removeItem(clientId) {
    const known = messageByClientId(lines, clientId);
    if (known && !known.dataset.seq) known.remove();
  }

  return { showItem, removeItem };
}
