/** Pictures at the size of the screen: one after the other, by pointer, keys or swiping; Escape goes back. */

import { actionOf, closest, draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { moment } from "../core/times.js";

const SWIPE = 60;

/**
 * @param {HTMLAnchorElement[]} pictures
 * @param {HTMLAnchorElement} picture
 */
export function openViewer(pictures, picture) {
  const dialog = draw("viewer-template");
  const image = one(dialog, ".stage > img", HTMLImageElement);
  const [previous, next, close] = ["previous", "next", "close"].map((action) =>
    one(dialog, `[data-action=${action}]`, HTMLButtonElement),
  );
  let index = pictures.indexOf(picture);
  /** @type {number | null} */
  let startX = null;

  function show() {
    const { href, dataset } = pictures[index];
    const { name = "", alt = "" } = dataset;
    showBroken(false);
    Object.assign(image, {
      src: dataset.medium ?? href,
      alt: alt || _("Picture: %(name)s", { name }),
    });
    fill(dialog, {
      ".file-name": name,
      ".position":
        pictures.length > 1
          ? _("%(position)s of %(count)s", { position: index + 1, count: pictures.length })
          : "",
      ".alt": alt,
      ".from": fromWords(closest(pictures[index], ".message")),
      "[data-action=original]": { href },
      "[data-action=download]": { href, download: name },
    });
    previous.disabled = index === 0;
    next.disabled = index === pictures.length - 1;
    const focused = document.activeElement;
    const isDisabled = focused instanceof HTMLButtonElement && focused.disabled;
    if (isDisabled || focused === document.body) close.focus();
  }

  /** @param {boolean} isBroken */
  function showBroken(isBroken) {
    fill(dialog, { ".broken": { hidden: !isBroken } });
    image.hidden = isBroken;
  }

  /** @param {number} by */
  function step(by) {
    const wanted = index + by;
    if (wanted < 0 || wanted >= pictures.length) return;
    index = wanted;
    show();
  }

  /** @param {MouseEvent} event */
  function clicked(event) {
    const action = actionOf(event);
    if (action === "previous") step(-1);
    if (action === "next") step(1);
    if (action === "close" || event.target === one(dialog, ".stage")) dialog.close();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.key === "ArrowLeft") step(-1);
    if (event.key === "ArrowRight") step(1);
    if (event.key === "Home") step(-index);
    if (event.key === "End") step(pictures.length - 1 - index);
  }

  /** @param {PointerEvent} event */
  function swiped(event) {
    const moved = event.clientX - (startX ?? event.clientX);
    if (event.pointerType === "touch" && Math.abs(moved) > SWIPE) step(moved < 0 ? 1 : -1);
  }

  dialog.addEventListener("click", clicked);
  dialog.addEventListener("keydown", pressed);
  dialog.addEventListener("pointerdown", (event) => {
    startX = event.clientX;
  });
  dialog.addEventListener("pointerup", swiped);
  dialog.addEventListener("close", () => {
    dialog.remove();
    pictures[index].focus();
  });
  image.addEventListener("error", () => showBroken(true));
  document.body.append(dialog);
  dialog.showModal();
  show();
}

/**
 * `Bob Morane, Thursday, 19 November, 18:02`
 *
 * @param {HTMLElement | null} message
 */
function fromWords(message) {
  if (!message) return "";
  const date = new Date(message.dataset.date ?? "");
  return `${one(message, ".name").textContent}, ${moment(date)}`;
}
