/** Names of people by id, learnt from whatever passes by. */

export function createPeople({ fetchPeople }) {
  const known = new Map();

  function learn(...people) {
    for (const person of people) if (person?.id) known.set(person.id, person);
  }

  /** Names for ids; unknown ones are asked for once. */
  async function names(ids) {
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length) learn(...(await fetchPeople(missing).catch(() => [])));
    return ids.map((id) => known.get(id)?.name || "Somebody");
  }

  return { learn, names };
}
