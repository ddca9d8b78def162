/** Refused input in words for people. */

/** @type {Record<string, string>} */
const SUBJECTS = {
  content: "The message",
  file: "The file",
  attachments: "The files",
  question: "The question",
  choices: "The choices",
  alt: "The description",
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
 * @param {string | undefined} subject
 * @param {string} message
 */
function sentence(subject, message) {
  const words = subject && message.startsWith("must ") ? `${subject} ${message}` : message;
  return `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, "")}.`;
}
