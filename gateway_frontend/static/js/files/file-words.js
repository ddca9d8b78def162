/** Names and sizes of files as they are shown; `drawing/file_filters.py` says the same on the server. */

import { _, formatNumber, ngettext } from "../core/language.js";

const ONE_PICTURE = [400, 300];
const OF_SEVERAL = [240, 180];
const UNITS = ["KB", "MB", "GB"];

/**
 * `file` is only offered for download.
 *
 * @param {Pick<Attachment, "content_type" | "thumbnail_url">} file
 * @returns {"picture" | "sound" | "film" | "file"}
 */
export function kindOf(file) {
  if (file.thumbnail_url) return "picture";
  if (file.content_type.startsWith("audio/")) return "sound";
  return file.content_type.startsWith("video/") ? "film" : "file";
}

/**
 * `812 bytes`, `1.2 MB`
 *
 * @param {number} size
 */
export function sizeWords(size) {
  if (size < 1000) return ngettext("%(num)s byte", "%(num)s bytes", size);
  let shown = size / 1000;
  let unit = 0;
  while (shown >= 999.5 && unit < UNITS.length - 1) {
    shown /= 1000;
    unit += 1;
  }
  return `${formatNumber(shown, digits(shown < 10 ? 1 : 0))} ${UNITS[unit]}`;
}

/** @param {number} fraction */
function digits(fraction) {
  return { minimumFractionDigits: fraction, maximumFractionDigits: fraction };
}

/**
 * `PDF`, from the extension of the name; `File` without one.
 *
 * @param {string} name
 */
export function typeWords(name) {
  const extension = name.includes(".") ? (name.split(".").pop() ?? "") : "";
  return extension && extension.length <= 5 ? extension.toUpperCase() : _("File");
}

/**
 * The size at which a picture is shown beside `count - 1` others, never enlarged.
 *
 * @param {{width?: number, height?: number}} picture
 * @param {number} count
 */
export function fitted({ width, height }, count) {
  const [boxWidth, boxHeight] = count === 1 ? ONE_PICTURE : OF_SEVERAL;
  const scale = Math.min(1, boxWidth / (width || 1), boxHeight / (height || 1));
  return {
    width: Math.max(1, Math.round((width || 1) * scale)),
    height: Math.max(1, Math.round((height || 1) * scale)),
  };
}
