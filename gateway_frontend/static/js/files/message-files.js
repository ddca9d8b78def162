/** The files on a message: the server's markup, from its `<template>`s, and a note in place of those that are gone. */

import { all, closest, draw, fill, find, one } from "../core/dom.js";
import { _ } from "../core/language.js";
import { fitted, kindOf, sizeWords, typeWords } from "./file-words.js";

const RETRY_MS = 2000;

/** @typedef {HTMLImageElement | HTMLMediaElement} Medium */

/**
 * Show these attachments on a message; an attachment that is there already stays and keeps playing.
 *
 * @param {HTMLElement} element
 * @param {Attachment[]} attachments
 */
export function fillFiles(element, attachments = []) {
  const place = find(element, ".files");
  if (!place) return;
  const key = attachments.map((file) => file.id).join();
  place.hidden = !attachments.length;
  if ((place.dataset.shown ?? "") === key) return;
  place.dataset.shown = key;
  place.replaceChildren(...attachments.map((file) => drawFile(file, attachments.length)));
}

/**
 * @param {Attachment} file
 * @param {number} count of the files beside each other
 */
function drawFile(file, count) {
  const kind = kindOf(file);
  if (kind === "picture") return drawPicture(file, count);
  const caption = {
    ".file-name": file.name,
    ".file-about": `${typeWords(file.name)} · ${sizeWords(file.size)}`,
  };
  if (kind === "file")
    return draw("file-template", {
      ...caption,
      ":scope": { href: file.url, download: file.name },
    });
  return draw(`${kind}-template`, {
    ...caption,
    "audio, video": { src: file.url, "aria-label": file.name },
  });
}

/**
 * @param {Attachment} file
 * @param {number} count
 */
function drawPicture(file, count) {
  const medium = file.medium_url ?? file.url; // older entries of the log do not have it
  return draw("picture-template", {
    ":scope": { href: file.url, dataset: { name: file.name, alt: file.alt || "", medium } },
    img: {
      ...fitted(file, count),
      alt: file.alt || _("Picture: %(name)s", { name: file.name }),
      src: file.thumbnail_url,
    },
  });
}

/**
 * A file in `root` that cannot be shown is replaced by a note; while the server is away, it is tried again.
 *
 * @param {HTMLElement} root
 */
export function watchBrokenFiles(root) {
  root.addEventListener(
    "error",
    ({ target }) => {
      const file = closest(target, ".picture, .sound, .film");
      const isMedium = target instanceof HTMLImageElement || target instanceof HTMLMediaElement;
      if (file && isMedium) handleBroken(file, target);
    },
    true,
  ); // errors of media do not bubble
  for (const image of all(root, ".picture img", HTMLImageElement)) {
    const file = closest(image, ".picture");
    if (file && image.complete && image.currentSrc && !image.naturalWidth)
      handleBroken(file, image);
  }
}

/**
 * @param {HTMLElement} file
 * @param {Medium} medium
 */
async function handleBroken(file, medium) {
  const url = (file instanceof HTMLAnchorElement && file.href) || medium.currentSrc || medium.src;
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
  if (!answer || answer.status >= 500) setTimeout(() => loadAgain(medium), RETRY_MS);
  else replaceBroken(file, medium, answer.status === 404 ? null : url);
}

/** @param {Medium} medium */
function loadAgain(medium) {
  if (medium.isConnected) medium.setAttribute("src", medium.getAttribute("src") ?? "");
}

/**
 * @param {HTMLElement} file
 * @param {Medium} medium
 * @param {string | null} url null if the file is gone
 */
function replaceBroken(file, medium, url) {
  const name = file.dataset.name || medium.getAttribute("aria-label") || _("File");
  const card = draw("file-template", {
    ".file-name": name,
    ".file-about": url ? _("Cannot be shown here") : _("No longer here"),
  });
  card.classList.add("broken");
  if (url) fill(card, { ":scope": { href: url, download: name } });
  else one(card, ".glyph", SVGElement).remove();
  file.replaceWith(card);
}
