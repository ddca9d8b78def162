/** The elements of the log: messages, notes, and the lines between them. */

/** A line between entries: `day` or `new`. */
export function drawLine(kind, words) {
  const element = document.createElement("div");
  element.className = kind;
  element.textContent = words;
  return element;
}

/** A message that is not stored yet has no seq and stands at the end. */
export function seqOf(element) {
  return element.dataset.seq ? Number(element.dataset.seq) : Infinity;
}

export function isMessage(element) {
  return element.classList.contains("message");
}

export function isNote(element) {
  return element.classList.contains("note");
}

export function isEntry(element) {
  return isMessage(element) || isNote(element);
}

export function isLine(element) {
  return element.classList.contains("day") || element.classList.contains("new");
}

export function dropLinesBefore(element) {
  for (
    let other = element.previousElementSibling;
    other && isLine(other);
    other = element.previousElementSibling
  )
    other.remove();
}

export function previousEntry(element) {
  let other = element.previousElementSibling;
  while (other && !isEntry(other)) other = other.previousElementSibling;
  return other;
}

export function nextEntry(element) {
  let other = element.nextElementSibling;
  while (other && !isEntry(other)) other = other.nextElementSibling;
  return other;
}

export function previousMessage(element) {
  let other = element.previousElementSibling;
  while (other && !isMessage(other)) other = other.previousElementSibling;
  return other;
}
