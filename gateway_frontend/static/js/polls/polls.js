/** The polls of the open conversation: voting, seeing who voted, closing, and everybody's votes live. */

import { call } from "../core/api.js";
import { mineOf, offerClosing, showMine, updatePoll } from "./poll.js";

const LATE = 10_000;

/** `root` is the conversation's element; `names(ids)` → promise of names; `failed(words)` says what went wrong. */
export function createPolls({ root, me, names, confirm, failed }) {
  const log = root.querySelector(".log");
  const known = new Map(); // poll id → the poll as last told
  const wanted = new Map(); // poll id → what is chosen now, not yet sent
  const sending = new Set();

  /** Somebody voted, or it was closed. */
  function apply({ date, data }) {
    const { poll, user_id: voterId } = data;
    if (voterId === me.id)
      poll.my_choice_ids = poll.choices
        .filter(({ voters }) => voters?.includes(me.id))
        .map(({ id }) => id);
    learn(poll);
    // Caught up with: an anonymous vote may have been ours, in another tab.
    if (poll.anonymous && Date.now() - new Date(date).getTime() > LATE) refresh(poll.id);
  }

  /** Another tab of ours voted. */
  function chosen({ poll_id: pollId, my_choice_ids: ids }) {
    const form = formOf(pollId);
    if (!form || wanted.has(pollId)) return;
    form.dataset.mine = ids.join();
    showMine(form);
  }

  /** We may moderate here from now on, or no longer. */
  function offerAll() {
    for (const form of log.querySelectorAll(".poll")) offerClosing(form, me);
  }

  function learn(poll) {
    known.set(poll.id, poll);
    const form = formOf(poll.id);
    if (!form) return;
    if (wanted.has(poll.id) || sending.has(poll.id)) delete poll.my_choice_ids; // ours is newer
    updatePoll(form, poll, me);
    if (form.dataset.voters) showVoters(form, poll);
  }

  async function refresh(pollId) {
    try {
      learn(await call("GET", `/api/polls/${pollId}`));
    } catch {
      /* the next event tells */
    }
  }

  function choose(input) {
    const form = input.form;
    const value = Number(input.value);
    const mine = mineOf(form);
    const isTakenBack = mine.includes(value);
    const others = input.type === "checkbox" ? mine.filter((id) => id !== value) : [];
    const ids = isTakenBack ? others : [...others, value];
    form.dataset.mine = ids.join();
    showMine(form);
    vote(Number(form.dataset.poll), ids);
  }

  /** One call at a time for each poll; only the latest choice counts. */
  async function vote(pollId, ids) {
    wanted.set(pollId, ids);
    if (sending.has(pollId)) return;
    sending.add(pollId);
    let answer = null;
    try {
      while (wanted.has(pollId)) {
        const choiceIds = wanted.get(pollId);
        wanted.delete(pollId);
        answer = await call("POST", `/api/polls/${pollId}/votes`, { choice_ids: choiceIds });
      }
    } catch (problem) {
      wanted.delete(pollId);
      failed(`Your vote was not taken: ${problem.message}`);
    } finally {
      sending.delete(pollId);
    }
    if (answer) learn(answer);
    else await refresh(pollId);
  }

  async function close(form) {
    if (!(await confirm("Close this poll?", "Nobody can vote after that.", "Close the poll")))
      return;
    try {
      learn(await call("POST", `/api/polls/${form.dataset.poll}/close`));
    } catch (problem) {
      failed(problem.message);
    }
  }

  async function toggleVoters(form, link) {
    const isShown = !form.dataset.voters;
    form.dataset.voters = isShown ? "shown" : "";
    link.textContent = isShown ? "Hide who voted" : "Who voted";
    if (!isShown) return hideVoters(form);
    const pollId = Number(form.dataset.poll);
    if (!known.has(pollId)) await refresh(pollId);
    return known.has(pollId) ? showVoters(form, known.get(pollId)) : undefined;
  }

  async function showVoters(form, poll) {
    for (const { id, voters = [], votes } of poll.choices) {
      const place = form
        .querySelector(`input[value="${Number(id)}"]`)
        .closest(".choice")
        .querySelector(".voters");
      const found = await names(voters);
      if (votes > voters.length) found.push(`${votes - voters.length} more`);
      place.textContent = found.join(", ");
      place.hidden = !found.length;
    }
  }

  function hideVoters(form) {
    for (const place of form.querySelectorAll(".voters")) place.hidden = true;
  }

  function formOf(pollId) {
    return log.querySelector(`.poll[data-poll="${Number(pollId)}"]`);
  }

  log.addEventListener("click", (event) => {
    if (event.target.matches(".poll input[name=choice]")) choose(event.target);
    const link = event.target.closest("[data-action=show-voters]");
    if (!link) return;
    event.preventDefault();
    toggleVoters(link.closest(".poll"), link);
  });
  log.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !event.target.matches(".poll input[name=choice]")) return;
    event.preventDefault(); // it would press the form's first button
    event.target.click();
  });
  log.addEventListener("submit", (event) => {
    if (!event.target.matches(".poll")) return;
    event.preventDefault();
    if (event.submitter?.dataset.action === "close-poll") close(event.target);
  });

  return { apply, chosen, offerAll };
}
