/** Names of people by id, from members and authors that this page has seen. */

import { _ } from "../core/language.js";

/**
 * @param {object} parts
 * @param {(ids: number[]) => Promise<Person[]>} parts.fetchPeople
 */
export function createPeople({ fetchPeople }) {
  /** @type {Map<number, Person>} */
  const known = new Map();

  /** @param {(Person | undefined)[]} people */
  function learn(...people) {
    for (const person of people) if (person?.id) known.set(person.id, person);
  }

  /**
   * Names for ids; unknown ones are fetched once.
   *
   * @param {number[]} ids
   */
  async function names(ids) {
    const missing = ids.filter((id) => !known.has(id));
    if (missing.length) learn(...(await fetchPeople(missing).catch(() => [])));
    return ids.map((id) => known.get(id)?.name || _("Somebody"));
  }

  return { learn, names };
}
