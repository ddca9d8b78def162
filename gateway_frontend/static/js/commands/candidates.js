/** Suggestions after a slash at the beginning of a message: Parley's own commands, then those of programs. */

import { call } from "../core/api.js";
import { OWN_COMMANDS } from "./own-commands.js";

/** @typedef {{name: string, usage: string, description: string, emoji?: string | null}} Command */

const FRESH = 60_000;
/** @type {Promise<Command[]> | null} */
let known = null;
let askedAt = 0;

/**
 * @param {string} query
 * @returns {Promise<import("../conversation/completion.js").Candidate[]>}
 */
export async function commandCandidates(query) {
  const wanted = query.toLowerCase();
  const commands = [...OWN_COMMANDS, ...(await allCommands())];
  return commands
    .filter(({ name }) => name.startsWith(wanted))
    .map(({ name, usage, description, emoji }) => ({
      insert: `/${name}`,
      title: `/${name}`,
      detail: [description, usage].filter(Boolean).join(" · "),
      sign: emoji ?? "/",
    }));
}

/** Without the network only Parley's own are offered. */
function allCommands() {
  if (!known || Date.now() - askedAt > FRESH) {
    askedAt = Date.now();
    known = call("GET", "/api/commands?limit=200").catch(() => {
      known = null;
      return [];
    });
  }
  return known;
}
