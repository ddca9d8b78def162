/** Refused input in words for people. */

import { _, pgettext } from "./language.js";

/** @type {Record<string, string>} */
const SUBJECTS = {
  content: _("The message"),
  file: _("The file"),
  attachments: _("The files"),
  question: _("The question"),
  choices: _("The choices"),
  alt: _("The description"),
};

/**
 * `The message must have at most 10000 characters.`, from the `errors` of problem+json; "" without any.
 *
 * @param {{field: string, message: string}[]} [errors]
 */
export function problemWords(errors = []) {
  return errors
    .map(({ field, message }) => sentence(SUBJECTS[String(field).split(".")[0]], String(message)))
    .join(" ");
}

/**
 * Whether it needs a subject, as "must not be empty" does.
 *
 * @param {string} message
 */
function beginsWithVerb(message) {
  // Translators: the verbs that a problem begins with, as "must not be empty" does, with | between them.
  const verbs = pgettext("beginning of a problem", "must").split("|");
  return verbs.some((verb) => message.startsWith(`${verb} `));
}

/**
 * @param {string | undefined} subject
 * @param {string} message
 */
function sentence(subject, message) {
  const words = subject && beginsWithVerb(message) ? `${subject} ${message}` : message;
  return `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, "")}.`;
}
