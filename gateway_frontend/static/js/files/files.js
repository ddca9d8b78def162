/** The files on a message: the server's markup, from its `<template>`s, and what is said of those that are gone. */

import { fitted, kindOf, sizeWords, typeWords } from "./file-words.js";

const RETRY_MS = 2000;

/** Show these attachments on a message; what is there already stays, with whatever it is playing. */
export function fillFiles(element, attachments = []) {
  const place = element.querySelector(".files");
  if (!place) return;
  const key = attachments.map((file) => file.id).join();
  place.hidden = !attachments.length;
  if ((place.dataset.shown ?? "") === key) return;
  place.dataset.shown = key;
  place.replaceChildren(...attachments.map((file) => drawFile(file, attachments.length)));
}

function drawFile(file, count) {
  const kind = kindOf(file);
  const element = document
    .getElementById(`${kind}-template`)
    .content.firstElementChild.cloneNode(true);
  ({ picture: fillPicture, sound: fillPlayer, film: fillPlayer, file: fillCard })[kind](
    element,
    file,
    count,
  );
  return element;
}

function fillPicture(element, file, count) {
  element.href = file.url;
  Object.assign(element.dataset, { name: file.name, alt: file.alt || "" });
  Object.assign(element.querySelector("img"), {
    ...fitted(file, count),
    alt: file.alt || `Picture: ${file.name}`,
    src: file.thumbnail_url,
  });
}

function fillPlayer(element, file) {
  fillCaption(element, file);
  const player = element.querySelector("audio, video");
  player.setAttribute("aria-label", file.name);
  player.src = file.url;
}

function fillCard(element, file) {
  fillCaption(element, file);
  element.href = file.url;
  element.download = file.name;
}

function fillCaption(element, file) {
  element.querySelector(".file-name").textContent = file.name;
  element.querySelector(".file-about").textContent =
    `${typeWords(file.name)} · ${sizeWords(file.size)}`;
}

/** Whatever in `root` cannot be shown says so in its place; while the server is away, it is tried again. */
export function tellOfBroken(root) {
  root.addEventListener(
    "error",
    ({ target }) => {
      const file = target.closest?.(".picture, .sound, .film");
      if (file && target.matches("img, audio, video")) handleBroken(file, target);
    },
    true,
  ); // errors of media do not bubble
  for (const image of root.querySelectorAll(".picture img")) {
    if (image.complete && image.currentSrc && !image.naturalWidth)
      handleBroken(image.closest(".picture"), image);
  }
}

async function handleBroken(file, medium) {
  const url = file.href || medium.currentSrc || medium.src;
  const answer = await fetch(url, { method: "HEAD" }).catch(() => null);
  if (!answer || answer.status >= 500) setTimeout(() => loadAgain(medium), RETRY_MS);
  else replaceBroken(file, medium, url, answer.status !== 404);
}

function loadAgain(medium) {
  if (medium.isConnected) medium.setAttribute("src", medium.getAttribute("src"));
}

function replaceBroken(file, medium, url, isThere) {
  const name = file.dataset.name || medium.getAttribute("aria-label") || "File";
  const card = document.getElementById("file-template").content.firstElementChild.cloneNode(true);
  card.classList.add("broken");
  card.querySelector(".file-name").textContent = name;
  card.querySelector(".file-about").textContent = isThere
    ? "Cannot be shown here"
    : "No longer here";
  if (isThere) Object.assign(card, { href: url, download: name });
  else card.querySelector(".glyph").remove();
  file.replaceWith(card);
}
