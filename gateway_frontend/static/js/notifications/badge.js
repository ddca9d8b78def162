/** The number of unread messages on the page's icon, and on that of the installed app. */

import { find } from "../core/dom.js";

const SIZE = 64;

export function createBadge() {
  const link = find(document, "link[rel=icon]", HTMLLinkElement);
  const plain = link?.href ?? "";
  let shown = 0;

  /** @param {number} count */
  async function show(count) {
    if (count === shown) return;
    shown = count;
    // Refused where no app is installed.
    navigator.setAppBadge?.(count).catch(() => {});
    if (!link) return;
    const icon = count ? await drawn(plain, count) : plain;
    if (count === shown) link.href = icon;
  }

  return { show };
}

/**
 * @param {string} address
 * @param {number} count
 */
async function drawn(address, count) {
  const picture = new Image(SIZE, SIZE);
  picture.src = address;
  await picture.decode();
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = SIZE;
  const pen = canvas.getContext("2d");
  if (!pen) return address;
  pen.drawImage(picture, 0, 0, SIZE, SIZE);
  const text = count > 99 ? "99+" : String(count);
  const width = text.length === 1 ? 36 : text.length === 2 ? 44 : 56;
  pen.fillStyle = "#c4362b";
  pen.beginPath();
  pen.roundRect(SIZE - width, SIZE - 36, width, 36, 18);
  pen.fill();
  pen.fillStyle = "#fff";
  pen.font = `bold ${text.length > 2 ? 24 : 30}px sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(text, SIZE - width / 2, SIZE - 17);
  return canvas.toDataURL();
}
