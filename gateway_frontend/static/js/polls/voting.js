/** The polls of the open conversation: voting, closing, showing who voted, and other people's votes live. */

import { call } from "../core/api.js";
import { all, closest, find } from "../core/dom.js";
import { _ } from "../core/language.js";
import { mineOf, offerClosing, showMine, showVoters, updatePoll } from "./poll-card.js";

const LATE = 10_000;
const CHOICE = ".poll input[name=choice]";

/**
 * @param {object} parts
 * @param {HTMLElement} parts.log
 * @param {Reader} parts.me
 * @param {(ids: number[]) => Promise<string[]>} parts.names
 * @param {Confirm} parts.confirm
 * @param {ShowError} parts.showError
 */
export function createVoting({ log, me, names, confirm, showError }) {
  /** @type {Map<number, Poll>} poll id → the poll as last received */
  const known = new Map();
  /** @type {Map<number, number[]>} poll id → the choices that are not sent yet */
  const wanted = new Map();
  /** @type {Set<number>} */
  const sending = new Set();

  /**
   * Somebody voted, or it was closed.
   *
   * @param {LogEvent} event
   */
  function apply({ date, data }) {
    /** @type {{poll: Poll, user_id: number}} */
    const { poll, user_id: voterId } = data;
    if (voterId === me.id)
      poll.my_choice_ids = poll.choices
        .filter(({ voters }) => voters?.includes(me.id))
        .map(({ id }) => id);
    learn(poll);
    // After a catch-up, an anonymous vote may have been ours, in another tab.
    if (poll.anonymous && Date.now() - new Date(date).getTime() > LATE) refresh(poll.id);
  }

  /**
   * Another tab of ours voted.
   *
   * @param {{poll_id: number, my_choice_ids: number[]}} vote
   */
  function votedElsewhere({ poll_id: pollId, my_choice_ids: ids }) {
    const form = formOf(pollId);
    if (!form || wanted.has(pollId)) return;
    form.dataset.mine = ids.join();
    showMine(form);
  }

  /** This person's role here may have changed. */
  function offerAll() {
    for (const form of all(log, ".poll")) offerClosing(form, me);
  }

  /** @param {Poll} poll */
  function learn(poll) {
    known.set(poll.id, poll);
    const form = formOf(poll.id);
    if (!form) return;
    if (wanted.has(poll.id) || sending.has(poll.id)) delete poll.my_choice_ids; // ours is newer
    updatePoll(form, poll, me);
    if (form.dataset.voters) showVoters(form, poll, names);
  }

  /** @param {number} pollId */
  async function refresh(pollId) {
    try {
      learn(await call("GET", `/api/polls/${pollId}`));
    } catch {
      /* the next event has it */
    }
  }

  /** @param {HTMLInputElement} input */
  function choose(input) {
    const form = closest(input, ".poll", HTMLFormElement);
    if (!form) return;
    const value = Number(input.value);
    const mine = mineOf(form);
    const others = input.type === "checkbox" ? mine.filter((id) => id !== value) : [];
    const ids = mine.includes(value) ? others : [...others, value];
    form.dataset.mine = ids.join();
    showMine(form);
    vote(Number(form.dataset.poll), ids);
  }

  /**
   * One call at a time for each poll; only the latest choice counts.
   *
   * @param {number} pollId
   * @param {number[]} ids
   */
  async function vote(pollId, ids) {
    wanted.set(pollId, ids);
    if (sending.has(pollId)) return;
    sending.add(pollId);
    let answer = null;
    try {
      for (let next = wanted.get(pollId); next; next = wanted.get(pollId)) {
        wanted.delete(pollId);
        answer = await call("POST", `/api/polls/${pollId}/votes`, { choice_ids: next });
      }
    } catch (problem) {
      wanted.delete(pollId);
      showError(_("Your vote was not counted: %(reason)s", { reason: problem.message }));
    } finally {
      sending.delete(pollId);
    }
    if (answer) learn(answer);
    else await refresh(pollId);
  }

  /** @param {HTMLFormElement} form */
  async function close(form) {
    if (
      !(await confirm(_("Close this poll?"), _("Nobody can vote after that."), _("Close the poll")))
    )
      return;
    try {
      learn(await call("POST", `/api/polls/${form.dataset.poll}/close`));
    } catch (problem) {
      showError(problem.message);
    }
  }

  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} link
   */
  async function toggleVoters(form, link) {
    const isShown = !form.dataset.voters;
    form.dataset.voters = isShown ? "shown" : "";
    link.textContent = isShown ? _("Hide who voted") : _("Who voted");
    if (!isShown) for (const place of all(form, ".voters")) place.hidden = true;
    if (!isShown) return;
    const pollId = Number(form.dataset.poll);
    if (!known.has(pollId)) await refresh(pollId);
    const poll = known.get(pollId);
    if (poll) await showVoters(form, poll, names);
  }

  /** @param {number} pollId */
  function formOf(pollId) {
    return find(log, `.poll[data-poll="${Number(pollId)}"]`, HTMLFormElement);
  }

  log.addEventListener("click", (event) => {
    if (event.target instanceof HTMLInputElement && event.target.matches(CHOICE))
      choose(event.target);
    const link = closest(event.target, "[data-action=show-voters]");
    const form = link && closest(link, ".poll", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    toggleVoters(form, link);
  });
  log.addEventListener("keydown", (event) => {
    const input = event.key === "Enter" && closest(event.target, CHOICE);
    if (!input) return;
    event.preventDefault(); // it would press the form's first button
    input.click();
  });
  log.addEventListener("submit", (event) => {
    const form = closest(event.target, ".poll", HTMLFormElement);
    if (!form) return;
    event.preventDefault();
    if (event.submitter?.dataset.action === "close-poll") close(form);
  });

  return { apply, votedElsewhere, offerAll };
}
