/** Choosing an emoji: the picker and its data are loaded when they are first needed. */

import { _ } from "../core/language.js";

/**
 * @param {HTMLElement} anchor beside which the picker opens
 * @returns {Promise<string | null>} null if it was closed without a choice
 */
export async function chooseEmoji(anchor) {
  let picker;
  try {
    const { makePicker } = await import("./emoji-picker.js");
    picker = await makePicker();
  } catch (error) {
    throw new Error(_("The emoji could not be loaded. Try again when you are online."), {
      cause: error,
    });
  }
  return picker.open(anchor);
}
