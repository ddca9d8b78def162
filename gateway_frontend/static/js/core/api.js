/** Calls to the API through the gateway, with the session cookie and the CSRF token. */

import { find } from "./dom.js";
import { _, language } from "./language.js";
import { problemWords } from "./problem-words.js";

/** An answer that is not a success, from its RFC 9457 problem+json. `status` 0: there was no answer. */
export class Problem extends Error {
  /**
   * @param {number} status
   * @param {{type?: string, detail?: string, errors?: {field: string, message: string}[]}} [body]
   * @param {number | null} [retryAfter] seconds
   */
  constructor(status, body = {}, retryAfter = null) {
    const detail = body.detail && _(body.detail); // over a socket it comes in English
    super(problemWords(body.errors) || detail || _("The server could not be reached."));
    this.status = status;
    this.code = String(body.type || "")
      .split(":")
      .pop();
    this.errors = body.errors || [];
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may work later. */
  get isPassing() {
    return (
      this.status === 0 ||
      this.status === 401 ||
      this.code === "csrf-failed" ||
      this.status === 408 ||
      this.status === 429 ||
      this.status >= 500
    );
  }
}

/**
 * `call("POST", "/api/messages", {content: "hi"})` → the parsed answer; throws Problem.
 *
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {{keepalive?: boolean, signal?: AbortSignal}} [options] `keepalive` lets the request outlive the page
 * @returns {Promise<any>}
 */
export async function call(method, path, body, options) {
  let response = await send(method, path, body, options);
  if (response.ok) return read(response);
  let problem = await problemOf(response);
  if (problem.code === "csrf-failed" && (await renewToken())) {
    response = await send(method, path, body, options);
    if (response.ok) return read(response);
    problem = await problemOf(response);
  }
  throw problem;
}

/** @param {Response} response */
async function read(response) {
  return response.status === 204 ? null : response.json();
}

/** @param {Response} response */
async function problemOf(response) {
  const body = await response.json().catch(() => ({}));
  return new Problem(response.status, body, Number(response.headers.get("Retry-After")) || null);
}

/** Fetch a new token; if another person has logged in meanwhile, the page is loaded again. */
export async function renewToken() {
  const answer = await send("GET", "/front/session").then((response) => response.json());
  if (String(answer.user_id ?? "") !== (meta("user-id")?.content ?? "")) {
    location.reload();
    return false;
  }
  const token = meta("csrf-token");
  if (token) token.content = answer.csrf_token;
  return true;
}

/**
 * @param {string} method
 * @param {string} path
 * @param {object} [body]
 * @param {{keepalive?: boolean, signal?: AbortSignal}} [options]
 */
async function send(method, path, body, options) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json", "Accept-Language": language };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetch(path, {
      method,
      headers,
      body: text,
      credentials: "same-origin",
      ...options,
    });
  } catch {
    throw new Problem(0);
  }
}

/** The token that requests which change something must carry. */
export function csrfToken() {
  return meta("csrf-token")?.content ?? "";
}

/** @param {string} name */
function meta(name) {
  return find(document, `meta[name=${name}]`, HTMLMetaElement);
}
