/** Web Push: shows and withdraws notifications while no page is open, and opens the message on a click. */

/** @param {WorkerScope} scope */
export function receivePushes(scope) {
  scope.addEventListener("push", (event) => {
    const push = event.data?.json();
    if (push?.type === "show") event.waitUntil(show(scope, push));
    if (push?.type === "close") event.waitUntil(close(scope, push.tag));
  });
  scope.addEventListener("notificationclick", (event) => {
    event.notification.close();
    event.waitUntil(open(scope, event.notification.data?.url ?? "/app"));
  });
}

/**
 * An open page may show the same message already, or a later one.
 *
 * @param {WorkerScope} scope
 * @param {NewsOfMessage} news
 */
async function show({ clients, registration }, news) {
  const windows = await clients.matchAll({ type: "window" });
  const address = new URL(news.url, registration.scope).pathname;
  if (windows.some(({ url, focused }) => focused && new URL(url).pathname === address)) return;
  const shown = await registration.getNotifications({ tag: news.tag });
  if (shown.some(({ data }) => data?.seq >= news.seq)) return;
  const { title, body, tag, url, seq } = news;
  await registration.showNotification(title, {
    body,
    tag,
    icon: news.icon ?? undefined,
    data: { url, seq },
    .../** @type {object} */ ({ renotify: true }),
  });
}

/**
 * @param {WorkerScope} scope
 * @param {string} tag
 */
async function close({ registration }, tag) {
  for (const shown of await registration.getNotifications({ tag })) shown.close();
}

/**
 * In a page that is open, else in a new one.
 *
 * @param {WorkerScope} scope
 * @param {string} url
 */
async function open({ clients }, url) {
  const windows = await clients.matchAll({ type: "window" });
  const page = windows.find((each) => new URL(each.url).pathname.startsWith("/app"));
  if (!page) return clients.openWindow(url);
  await page.focus();
  page.postMessage({ type: "open", url });
}
