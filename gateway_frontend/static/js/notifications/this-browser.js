/** The part of the settings page about notifications in this browser; it asks for permission on a click alone. */

import { fill, find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { registerWorker } from "../shell/worker-registration.js";

export function offerNotifications() {
  const part = find(document, "[data-this-browser]");
  if (part && "Notification" in window) offerIn(part);
}

/** The person logs out: this browser shows nothing more of theirs. */
export async function endNotifications() {
  const worker = await navigator.serviceWorker?.getRegistration();
  for (const shown of (await worker?.getNotifications()) ?? []) shown.close();
  const { isKept, unsubscribe } = await import("./subscribing.js");
  if (isKept()) await unsubscribe();
}

/** @param {HTMLElement} part */
function offerIn(part) {
  part.hidden = false;
  const button = one(part, "button", HTMLButtonElement);
  registerWorker();
  let isOn = false;

  /** @param {string} words */
  function say(words) {
    fill(part, { "[role=status]": words });
  }

  async function showState() {
    const { isSubscribed } = await import("./subscribing.js");
    const { permission } = Notification;
    isOn = permission === "granted" && isSubscribed();
    button.hidden = permission === "denied";
    button.textContent = _("Turn on in this browser");
    if (permission === "granted") button.textContent = _("Notify me while no page is open, too");
    if (isOn) button.textContent = _("Turn off in this browser");
    if (permission === "denied")
      say(_("This browser blocks notifications of this page. Allow them in its settings."));
    else if (isOn) say(_("On, also while no page is open."));
    else if (permission === "granted") say(_("On while a page is open."));
    else say(_("Off in this browser."));
  }

  async function change() {
    button.disabled = true;
    try {
      const { canSubscribe, subscribe, unsubscribe } = await import("./subscribing.js");
      if (isOn) await unsubscribe();
      else if ((await Notification.requestPermission()) === "granted" && canSubscribe())
        await subscribe();
      await showState();
    } catch (problem) {
      await showState();
      say(_("This browser could not be subscribed: %(reason)s", { reason: problem.message }));
    } finally {
      button.disabled = false;
    }
  }

  button.addEventListener("click", change);
  showState();
}
