/** Web Push for this browser: subscribe it, and remember its subscription here to end it again. */

import { call } from "../core/api.js";

const KEPT = "parley-push"; // the id of the subscription on the server
const RENEWED = "parley-push-renewed"; // milliseconds since 1970
const DAY = 24 * 60 * 60 * 1000;

/** Whether this browser can show notifications of pages that are closed. */
export function canSubscribe() {
  return "PushManager" in window && "serviceWorker" in navigator && "Notification" in window;
}

/** Whether this browser was subscribed, with or without effect. */
export function isKept() {
  return localStorage.getItem(KEPT) !== null;
}

export function isSubscribed() {
  return isKept() && Notification.permission === "granted";
}

/** Subscribe with the server's key; a subscription with another key, of a server before, is replaced. */
export async function subscribe() {
  const { pushManager } = await navigator.serviceWorker.ready;
  const { key } = await call("GET", "/api/push/key");
  const known = await pushManager.getSubscription();
  if (known && !isSameKey(known, key)) await known.unsubscribe();
  const options = { userVisibleOnly: true, applicationServerKey: key };
  const subscription = await pushManager.subscribe(options);
  const device = deviceName(navigator.userAgent);
  const { id } = await call("POST", "/api/push/subscriptions", {
    ...subscription.toJSON(),
    device,
  });
  localStorage.setItem(KEPT, String(id));
}

/** Once a day: the subscription ended with the session in which it was made, or the browser replaced it. */
export async function renew() {
  const before = Number(localStorage.getItem(RENEWED));
  if (!isSubscribed() || Date.now() - before < DAY) return;
  localStorage.setItem(RENEWED, String(Date.now()));
  await subscribe();
}

/** End it, also for the next person who logs in here. */
export async function unsubscribe() {
  const id = localStorage.getItem(KEPT);
  localStorage.removeItem(KEPT);
  if (id) await call("DELETE", `/api/push/subscriptions/${id}`);
  const worker = await navigator.serviceWorker.getRegistration();
  const known = await worker?.pushManager.getSubscription();
  await known?.unsubscribe();
}

/**
 * @param {PushSubscription} subscription
 * @param {string} key
 */
function isSameKey({ options }, key) {
  const bytes = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer(0));
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "") === key;
}

/**
 * `Firefox, Linux`
 *
 * @param {string} agent
 */
function deviceName(agent) {
  const browser = /(Firefox|Edg|OPR|Chrome|Safari)\//.exec(agent)?.[1] ?? "";
  const system = /(Android|iPhone|iPad|Windows|Mac OS|CrOS|Linux)/.exec(agent)?.[1] ?? "";
  const name = { Edg: "Edge", OPR: "Opera" }[browser] ?? browser;
  return [name, system].filter(Boolean).join(", ");
}
