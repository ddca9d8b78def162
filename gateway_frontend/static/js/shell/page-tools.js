/** The tools that work on every page of the app: forms, menus, cards of people, the finder and shortcuts. */

import { confirm } from "../core/confirm.js";
import { one } from "../core/dom.js";
import { guardForms } from "../core/form-guard.js";
import { createProfiles } from "../people/profiles.js";
import { offerRemovingPreviews } from "../previews/link-previews.js";
import { createJump } from "./jump.js";
import { createMenus } from "./menus.js";
import { createPeopleForms } from "./people-forms.js";
import { createShortcuts } from "./shortcuts.js";

/**
 * @param {object} parts
 * @param {import("./jump.js").JumpParts} parts.places
 * @param {(change: {user_id: number, blocked: boolean}) => void} parts.blocked
 * @param {() => unknown} parts.readHere marks the open conversation as read
 * @param {() => unknown} parts.readAll marks all conversations as read
 * @param {ShowError} parts.showError
 */
export function createPageTools({ places, blocked, readHere, readAll, showError }) {
  const { go, shown } = places;
  guardForms({ confirm, showError });
  offerRemovingPreviews({ showError });
  createProfiles({ card: { shown, confirm, blocked, showError }, showError });
  createMenus();
  const jump = createJump(places);
  createShortcuts({ go, find: jump.toggle, readHere, readAll });
  one(document, "form.read-all").addEventListener("submit", (event) => {
    event.preventDefault();
    readAll();
  });
  return createPeopleForms({ shown, showError });
}
