/** Calls to the API through the gateway, with the session cookie and the CSRF token. */

/** An answer that is not a success, as RFC 9457 problem+json tells it. `status` 0: nothing answered. */
export class Problem extends Error {
  constructor(status, body = {}, retryAfter = null) {
    super(body.detail || "The server could not be reached.");
    this.status = status;
    this.code = String(body.type || "").split(":").pop();
    this.errors = body.errors || [];
    this.retryAfter = retryAfter;
  }

  /** Whether the same request may work later. */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/** `call("POST", "/api/messages", {content: "hi"})` → the parsed answer; throws Problem. */
export async function call(method, path, body, { signal, keepalive = false } = {}) {
  const response = await send(method, path, body, signal, keepalive);
  if (response.ok) return response.status === 204 ? null : response.json();
  const problem = await response.json().catch(() => ({}));
  throw new Problem(response.status, problem, Number(response.headers.get("Retry-After")) || null);
}

async function send(method, path, body, signal, keepalive) {
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrfToken();
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetch(path, { method, headers, body: text, signal, keepalive, credentials: "same-origin" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Problem(0);
  }
}

function csrfToken() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}
