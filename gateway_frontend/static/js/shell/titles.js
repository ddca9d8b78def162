/** What a conversation is called, and the signs that stand for people. */

const TONES = 8;

/** The plain name: a room's, the other person's, or the first names of a group. */
export function nameOf(conversation, myId) {
  if (conversation.kind === "room") return conversation.name;
  const others = othersIn(conversation, myId);
  if (conversation.kind === "direct") return others.length ? others[0].name : "Notes to yourself";
  return others.map((person) => person.name.split(" ")[0]).join(", ") || "Only you";
}

/** `# kitchen`, or a name of people. */
export function fullNameOf(conversation, myId) {
  return `${conversation.kind === "room" ? "# " : ""}${nameOf(conversation, myId)}`;
}

/** Everybody in it but oneself. */
export function othersIn(conversation, myId) {
  return (conversation.members || []).filter((person) => person.id !== myId);
}

/** `Bob Morane` → `BM`, `Eliza` → `E` */
export function initials(name) {
  const words = name.trim().split(/\s+/);
  const first = Array.from(words[0] || "?");
  if (words.length === 1) return first[0].toUpperCase();
  return (first[0] + Array.from(words[words.length - 1])[0]).toUpperCase();
}

/** One of the avatar colours; a person keeps theirs. */
export function toneOf(id) {
  return `tone-${Math.abs(Number(id) || 0) % TONES}`;
}
