/** Notices that show or withdraw a notification; what shows it is loaded with the first one. */

/**
 * @param {object} parts
 * @param {(url: string) => unknown} parts.go
 */
export function createNotices({ go }) {
  /** @type {Promise<ReturnType<typeof import("./notifier.js").createNotifier>> | null} */
  let loading = null;
  const load = () => {
    loading ??= import("./notifier.js").then(({ createNotifier }) => createNotifier({ go }));
    return loading;
  };

  /**
   * @param {string} type
   * @param {any} data
   */
  async function noticed(type, data) {
    if (type === "notification") (await load()).receive(data);
    if (type === "read") withdraw(`conversation-${data.conversation_id}`, data.read_seq);
    if (type === "thread") withdraw(`thread-${data.message_id}`, data.read_seq);
  }

  /**
   * @param {string} tag
   * @param {number} seq
   */
  async function withdraw(tag, seq) {
    if (globalThis.Notification?.permission === "granted") (await load()).withdraw(tag, seq);
  }

  // A click on a notification opens its message in a page that is there already.
  navigator.serviceWorker?.addEventListener("message", ({ data }) => {
    if (data?.type === "open") go(data.url);
  });

  if (localStorage.getItem("parley-push"))
    import("./subscribing.js").then(({ renew }) => renew()).catch(() => {}); // tomorrow again

  return { noticed };
}
