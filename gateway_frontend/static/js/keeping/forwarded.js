/** The message that another one forwards, below its text; `parts/kept.html` draws the same. */

import { draw, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { exactTime, moment } from "../core/times.js";

/**
 * @param {HTMLElement} element of the message
 * @param {ForwardedFrom | null | undefined} forwarded
 */
export function fillForwarded(element, forwarded) {
  const place = one(element, ".forwarded-place");
  place.hidden = !forwarded;
  place.replaceChildren(...(forwarded ? [drawForwarded(forwarded)] : []));
}

/** @param {ForwardedFrom} forwarded */
function drawForwarded(forwarded) {
  const date = new Date(forwarded.date);
  const element = draw("forwarded-template", {
    ".forwarded-author": forwarded.author.name,
    time: { dateTime: forwarded.date, textContent: moment(date), title: exactTime(date) },
    ".forwarded-source": {
      href: `/app/c/${forwarded.conversation_id}?at=${forwarded.seq}`,
      textContent: sourceWords(forwarded),
    },
  });
  one(element, ".body").innerHTML = forwarded.html; // made and sanitized by messages_service
  return element;
}

/** @param {Pick<ForwardedFrom, "kind" | "name">} forwarded */
export function sourceWords({ kind, name }) {
  if (name) return _("Forwarded from %(name)s", { name: `# ${name}` });
  return {
    direct: _("Forwarded from a direct conversation"),
    group: _("Forwarded from a group"),
    room: _("Forwarded from a private room"),
  }[kind];
}
