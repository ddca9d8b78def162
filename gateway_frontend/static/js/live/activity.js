/** Whether the person uses this tab: away after five minutes without a key or the pointer. */

const AWAY_AFTER = 5 * 60 * 1000;

/**
 * @param {object} parts
 * @param {(status: "online" | "away") => void} parts.changed
 */
export function createActivity({ changed }) {
  let isAway = false;
  /** @type {number | undefined} */
  let timer;

  function noteActivity() {
    if (isAway) changed("online");
    isAway = false;
    clearTimeout(timer);
    timer = setTimeout(() => {
      isAway = true;
      changed("away");
    }, AWAY_AFTER);
  }

  for (const sign of ["pointermove", "keydown"])
    document.addEventListener(sign, noteActivity, { passive: true });
  noteActivity();

  return {
    /** @returns {"online" | "away"} */
    get status() {
      return isAway ? "away" : "online";
    },
  };
}
