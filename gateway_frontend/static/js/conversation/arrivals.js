/** What screen readers hear of a log: each message that arrives, but of a burst only how many there were. */

const EACH = 3; // so many a second are read out one by one
const SECOND = 1000;
const PATIENCE = 2000;

/**
 * `log` is the live region, `status` another one, out of sight; `isTold()`: how many come just now is said elsewhere.
 * The clock is handed in so that a test has its own.
 */
export function createArrivals({
  log,
  status,
  isTold = () => false,
  now = Date.now,
  later = setTimeout,
}) {
  let recent = [];
  let count = 0;
  let isBurst = false;
  let hushes = 0;

  /** Somebody's message is about to be drawn, or a note, which is not counted. */
  function arriving(isMessage = true) {
    recent = [
      ...recent.filter(({ time }) => time > now() - SECOND),
      { time: now(), counts: isMessage && !isTold() },
    ];
    if (isBurst) count += recent.at(-1).counts ? 1 : 0;
    else if (recent.length > EACH) begin(recent.filter(({ counts }) => counts).length);
  }

  function begin(soFar) {
    isBurst = true;
    count = soFar;
    status.textContent = "";
    quieten();
    later(tell, PATIENCE);
  }

  function tell() {
    if (count) status.textContent = count === 1 ? "1 new message" : `${count} new messages`;
    count = 0;
    isBurst = recent.at(-1).time > now() - SECOND;
    if (isBurst) later(tell, PATIENCE);
    else resume();
  }

  /** What is drawn now is no news: history, or the same log again. */
  function hush() {
    quieten();
    later(resume, SECOND);
  }

  function quieten() {
    hushes += 1;
    log.setAttribute("aria-live", "off");
  }

  function resume() {
    hushes -= 1;
    if (!hushes) log.setAttribute("aria-live", "polite");
  }

  return { arriving, hush };
}
