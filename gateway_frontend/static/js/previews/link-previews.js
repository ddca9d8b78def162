/** Previews of the links of a message: what the linked pages say of themselves. */

import { call } from "../core/api.js";
import { actionOf, closest, draw, fill, one } from "../core/dom.js";

/**
 * @param {HTMLElement} element of the message
 * @param {Message} message
 * @param {Reader} me
 */
export function fillPreviews(element, { previews = [], author_id, deleted_at }, me) {
  const place = one(element, ".previews");
  const shown = deleted_at ? [] : previews; // older entries of the log have none
  place.hidden = !shown.length;
  place.replaceChildren(...shown.map((preview) => drawPreview(preview, author_id === me.id)));
}

/** @param {{showError: ShowError}} parts */
export function offerRemovingPreviews({ showError }) {
  document.addEventListener("click", (event) => {
    if (actionOf(event) === "remove-preview")
      remove(event.target).catch(({ message }) => showError(message));
  });
}

/**
 * @param {Preview} preview
 * @param {boolean} isMine
 */
function drawPreview(preview, isMine) {
  const { id, url, picture_url: src, picture_width: width, picture_height: height } = preview;
  return draw("preview-template", {
    ":scope": { dataset: { preview: id } },
    ".preview-site": preview.site_name,
    ".preview-title": { href: url, textContent: preview.title },
    ".preview-about": { textContent: preview.description, hidden: !preview.description },
    img: src ? { src, width, height, hidden: false } : {},
    button: { hidden: !isMine },
  });
}

/** @param {EventTarget | null} pressed */
async function remove(pressed) {
  const preview = closest(pressed, ".preview");
  const message = closest(pressed, ".message");
  if (!preview || !message) return;
  await call("DELETE", `/api/messages/${message.dataset.id}/previews/${preview.dataset.preview}`);
  const place = one(message, ".previews");
  preview.remove();
  fill(message, { ".previews": { hidden: !place.childElementCount } });
  message.focus();
}
