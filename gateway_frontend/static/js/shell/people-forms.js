/** Lists and forms of people: their scripts are loaded with the first page that has one. */

import { find } from "../core/dom.js";

/**
 * @param {object} parts
 * @param {(root: ParentNode) => void} parts.shown is called after people were added to the page
 * @param {ShowError} parts.showError
 */
export function createPeopleForms({ shown, showError }) {
  /** @type {Record<string, () => Promise<void>>} */
  const starts = {
    ".panel .members": async () =>
      (await import("./members.js")).createMembers({ shown, showError }),
    "form.picker": async () => (await import("./picker.js")).createPicker({ shown }),
  };

  return {
    /** A page, or a part of it, was opened. */
    async opened() {
      const needed = Object.keys(starts).filter((selector) => find(document, selector));
      await Promise.all(
        needed.map((selector) => {
          const start = starts[selector];
          delete starts[selector];
          // Without its script a form is sent as a page; the next page tries again.
          return start().catch(() => {
            starts[selector] = start;
          });
        }),
      );
    },
  };
}
