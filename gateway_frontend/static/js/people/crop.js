/** Cut a square out of a picture: by pointer, arrow keys and a slider. */

import { csrfToken } from "../core/api.js";
import { actionOf, draw, fill, one } from "../core/dom.js";
import { _ } from "../core/language.js";

const SIDE = 256;
const STEP = 8;
/** @type {Record<string, [number, number]>} */
const ARROWS = {
  ArrowLeft: [STEP, 0],
  ArrowRight: [-STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

/**
 * Ask for the square of the file, and store it.
 *
 * @param {File} file
 * @param {string} url where the picture is stored
 */
export async function cropAndSave(file, url) {
  const picture = await createImageBitmap(file);
  const dialog = draw("crop-template");
  const canvas = one(dialog, "canvas", HTMLCanvasElement);
  const slider = one(dialog, "input", HTMLInputElement);
  const square = createSquare(picture, canvas);
  document.body.append(dialog);
  dialog.showModal();
  canvas.focus();

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    const arrow = ARROWS[event.key];
    if (arrow) square.move(...arrow);
    else if ("+-=".includes(event.key))
      resize(Number(slider.value) + (event.key === "-" ? -10 : 10));
    else return;
    event.preventDefault();
  }

  /** @param {number} percent */
  function resize(percent) {
    slider.value = String(percent);
    square.zoom(Number(slider.value) / 100);
  }

  /** @param {PointerEvent} event */
  function dragged(event) {
    if (event.buttons === 1) square.move(event.movementX, event.movementY);
  }

  /** @param {SubmitEvent} event */
  async function submitted(event) {
    event.preventDefault();
    const blob = await blobOf(canvas);
    const headers = { "X-CSRF-Token": csrfToken(), "Content-Type": blob.type };
    const answer = await fetch(url, { method: "PUT", headers, body: blob }).catch(() => null);
    if (answer?.ok) location.assign("/settings?done=picture");
    else
      fill(dialog, {
        ".wrong": { textContent: _("The picture could not be saved. Try again."), hidden: false },
      });
  }

  canvas.addEventListener("keydown", pressed);
  canvas.addEventListener("pointerdown", (event) => canvas.setPointerCapture(event.pointerId));
  canvas.addEventListener("pointermove", dragged);
  slider.addEventListener("input", () => resize(Number(slider.value)));
  dialog.addEventListener("submit", submitted);
  dialog.addEventListener("click", (event) => {
    if (actionOf(event) === "cancel") dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
}

/**
 * The part of the picture that the canvas shows; the picture always fills it.
 *
 * @param {ImageBitmap} picture
 * @param {HTMLCanvasElement} canvas
 */
function createSquare(picture, canvas) {
  const least = SIDE / Math.min(picture.width, picture.height);
  let scale = least;
  let x = (SIDE - picture.width * scale) / 2;
  let y = (SIDE - picture.height * scale) / 2;

  function show() {
    x = Math.min(0, Math.max(SIDE - picture.width * scale, x));
    y = Math.min(0, Math.max(SIDE - picture.height * scale, y));
    const context = canvas.getContext("2d");
    context?.clearRect(0, 0, SIDE, SIDE);
    context?.drawImage(picture, x, y, picture.width * scale, picture.height * scale);
  }

  show();
  return {
    /**
     * @param {number} right
     * @param {number} down
     */
    move(right, down) {
      x += right;
      y += down;
      show();
    },
    /** @param {number} factor 1: as much of the picture as possible */
    zoom(factor) {
      const ratio = (least * factor) / scale;
      // The middle stays where it is.
      x = SIDE / 2 - (SIDE / 2 - x) * ratio;
      y = SIDE / 2 - (SIDE / 2 - y) * ratio;
      scale *= ratio;
      show();
    },
  };
}

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {Promise<Blob>}
 */
function blobOf(canvas) {
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png");
  });
}
