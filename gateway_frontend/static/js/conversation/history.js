/** Pages of a conversation's messages from the server, with the notes among them. */

import { call } from "../core/api.js";
import { _ } from "../core/language.js";
import { noteOf } from "./notes.js";

/**
 * @param {number | null} id
 * @param {(ids: number[]) => Promise<string[]>} names
 */
export function createHistory(id, names) {
  /** @type {import("./paging.js").Load} */
  async function load(place) {
    const query = new URLSearchParams(/** @type {any} */ (place)).toString();
    const path = `/front/conversations/${id}/messages${query && `?${query}`}`;
    /** @type {HistoryPage} */
    const page = await call("GET", path);
    return { ...page, notes: await Promise.all(page.events.map(makeNote)) };
  }

  /**
   * The note of an event, with the name of the person who did it.
   *
   * @param {LogEvent} event
   */
  async function makeNote(event) {
    const note = noteOf(event);
    const [by] = note.byId ? await names([note.byId]) : [_("Somebody")];
    return { ...note, by };
  }

  return { load, makeNote };
}
