/** `/poll "Where?" "Here" "There"`, typed as a message; `poll_command.py` reads the same on the server. */

const WORD = /["“”„«»]([^"“”„«»]*)["“”„«»]|(\S+)/g;

export const USAGE = 'Write it like this: /poll "Where?" "Here" "There"';

export function isPollCommand(text) {
  return /^\/poll(\s|$)/.test(text.trim());
}

/** → {question, choices}, or null when it is not written so. */
export function readPollCommand(text) {
  const found = text.trim().slice("/poll".length).matchAll(WORD);
  const words = Array.from(found, ([, quoted, bare]) => (quoted ?? bare).trim()).filter(Boolean);
  return words.length >= 3 ? { question: words[0], choices: words.slice(1) } : null;
}

/** The command that asks this. */
export function writePollCommand({ question, choices }) {
  return ["/poll", ...[question, ...choices].map((word) => `"${word.replaceAll('"', "'")}"`)].join(
    " ",
  );
}
