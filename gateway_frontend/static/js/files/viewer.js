/** Pictures at full size: one after the other, by pointer, keys or swiping; Escape goes back. */

import { moment } from "../core/times.js";

const SWIPE = 60;

/** Pictures in `root` open here instead of in a tab of their own. */
export function createViewer(root) {
  let dialog = null;
  let pictures = [];
  let index = 0;
  let startX = null;

  function open(picture) {
    pictures = Array.from(root.querySelectorAll(".message .picture"));
    index = pictures.indexOf(picture);
    dialog = document.getElementById("viewer-template").content.firstElementChild.cloneNode(true);
    dialog.addEventListener("click", clicked);
    dialog.addEventListener("keydown", pressed);
    dialog.addEventListener("close", closed);
    dialog.addEventListener("pointerdown", (event) => {
      startX = event.clientX;
    });
    dialog.addEventListener("pointerup", swiped);
    image().addEventListener("error", () => showBroken(true));
    document.body.append(dialog);
    dialog.showModal();
    show();
  }

  function show() {
    const { href, dataset } = pictures[index];
    showBroken(false);
    Object.assign(image(), { src: href, alt: dataset.alt || `Picture: ${dataset.name}` });
    dialog.querySelector(".file-name").textContent = dataset.name;
    dialog.querySelector(".position").textContent =
      pictures.length > 1 ? `${index + 1} of ${pictures.length}` : "";
    dialog.querySelector(".alt").textContent = dataset.alt;
    dialog.querySelector(".from").textContent = fromWords(pictures[index].closest(".message"));
    Object.assign(dialog.querySelector("[data-action=download]"), { href, download: dataset.name });
    button("previous").disabled = index === 0;
    button("next").disabled = index === pictures.length - 1;
    if (document.activeElement.disabled || document.activeElement === document.body)
      button("close").focus();
  }

  function showBroken(isBroken) {
    dialog.querySelector(".broken").hidden = !isBroken;
    image().hidden = isBroken;
  }

  function step(by) {
    const next = index + by;
    if (next < 0 || next >= pictures.length) return;
    index = next;
    show();
  }

  function clicked(event) {
    const action = event.target.closest("[data-action]")?.dataset.action;
    if (action === "previous") step(-1);
    if (action === "next") step(1);
    if (action === "close" || event.target.matches(".stage")) dialog.close();
  }

  function pressed(event) {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by) step(by);
    if (event.key === "Home") step(-index);
    if (event.key === "End") step(pictures.length - 1 - index);
  }

  function swiped(event) {
    const moved = event.clientX - (startX ?? event.clientX);
    if (event.pointerType === "touch" && Math.abs(moved) > SWIPE) step(moved < 0 ? 1 : -1);
  }

  function closed() {
    dialog.remove();
    pictures[index]?.focus();
  }

  function image() {
    return dialog.querySelector(".stage > img");
  }

  function button(action) {
    return dialog.querySelector(`[data-action=${action}]`);
  }

  root.addEventListener("click", (event) => {
    const picture = event.target.closest(".picture");
    if (!picture || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(picture);
  });
}

/** `Bob Morane, Thursday, 19 November, 18:02` */
function fromWords(message) {
  const date = new Date(message.dataset.date);
  return `${message.querySelector(".name").textContent}, ${moment(date)}`;
}
