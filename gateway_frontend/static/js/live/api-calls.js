/** The calls of the API that the parts of the app are given. */

import { call } from "../core/api.js";

/** @param {number[]} ids */
export const fetchPeople = (ids) => call("GET", `/api/users?ids=${ids.join(",")}`);

/**
 * @param {string} q
 * @param {number} limit
 */
export const findPeople = (q, limit) =>
  call("GET", `/api/users?q=${encodeURIComponent(q)}&limit=${limit}`);

/**
 * Public ones, joined or not.
 *
 * @param {string} q
 * @param {number} limit
 */
export const findRooms = (q, limit) =>
  call("GET", `/api/conversations?browse=1&brief=1&q=${encodeURIComponent(q)}&limit=${limit}`);

/**
 * @param {string} q
 * @param {number} limit
 * @param {AbortSignal} signal
 */
export const findMessages = (q, limit, signal) =>
  call("GET", `/api/search?${new URLSearchParams({ q, limit: String(limit) })}`, undefined, {
    signal,
  });

/** @param {number} id */
export const fetchConversation = (id) => call("GET", `/api/conversations/${id}`);

/** @param {string} query */
export const fetchConversations = (query) => call("GET", `/api/conversations?brief=1&${query}`);

/**
 * @param {number} id
 * @param {number} after
 * @returns {Promise<EventPage>}
 */
export const fetchEvents = (id, after) =>
  call("GET", `/api/conversations/${id}/events?after=${after}&limit=200`);

/** @param {Record<string, number>} cursors */
export const fetchMissed = (cursors) => call("POST", "/api/sync", { cursors });

/**
 * @param {number} id
 * @param {number} seq
 */
export const putReadMarker = (id, seq) => call("PUT", `/api/conversations/${id}/read`, { seq });

/**
 * @param {number} id
 * @param {object} draft
 * @param {boolean} keepalive
 */
export const putDraft = (id, draft, keepalive) =>
  call("PUT", `/api/conversations/${id}/draft`, draft, { keepalive });

/** @param {number} id */
export const fetchDrafts = (id) => call("GET", `/api/drafts?conversation_id=${id}`);

export const fetchTicket = () => call("GET", "/front/realtime-ticket");
