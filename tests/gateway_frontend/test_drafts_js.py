"""The browser's side of drafts: which text wins, and that none is lost."""

from typing import Any

import pytest

from tests.gateway_frontend.conftest import Modules

RECONCILE = """async ({ copy, saved }) => {
  const { reconcile } = await import("/js/drafts/draft-copy.js");
  return reconcile(copy, saved);
}"""
# `answers` are what the server says to each save, in turn: a date, or a status.
PLAY = """async ({ answers, play, copy }) => {
  const { createDrafts } = await import("/js/drafts/drafts.js");
  const { writeCopy, readCopy, draftKey } = await import("/js/drafts/draft-copy.js");
  localStorage.clear();
  const key = draftKey(1, "c7");
  const [puts, marks, shown] = [[], [], []];
  if (copy) writeCopy(key, copy);
  const drafts = createDrafts({
    userId: 1,
    put: async (id, draft) => {
      puts.push(draft.content);
      await null;
      const answer = answers.shift();
      if (typeof answer === "number") throw Object.assign(new Error(), { isPassing: true });
      return draft.content ? { ...draft, updated_at: answer } : null;
    },
    get: async () => [],
    marked: (id, hasDraft) => marks.push(hasDraft),
    later: (act) => setTimeout(act, 5),
  });
  const draft = drafts.open({
    target: { conversation_id: 7 }, saved: null, longest: 20, show: (text) => shown.push(text),
  });
  const settled = () => new Promise((resolve) => { setTimeout(resolve, 30); });
  const hear = (content, updated_at) =>
    drafts.receive({ conversation_id: 7, reply_to: null, content, updated_at });
  await new Function("draft", "drafts", "settled", "hear",
    `return (async () => {${play}})()`)(draft, drafts, settled, hear);
  await settled();
  return { text: draft.text, puts, marks, shown, kept: readCopy(key) };
}"""


def copy_of(content: str, base: str | None = None, is_saved: bool = False) -> dict[str, Any]:
    return {"content": content, "base": base, "isSaved": is_saved}


def saved(content: str, date: str = "t2") -> dict[str, Any]:
    return {"content": content, "updated_at": date}


def play(modules: Modules, script: str, *answers: Any, **given: Any) -> dict[str, Any]:
    values = {"play": script, "answers": list(answers), "copy": None, **given}
    result: dict[str, Any] = modules.run(PLAY, **values)
    return result


@pytest.mark.parametrize(
    ("copy", "there", "text", "is_saved"),
    [
        (None, None, "", True),
        (None, saved("theirs"), "theirs", True),
        (copy_of("old", "t1", is_saved=True), saved("newer"), "newer", True),
        (copy_of("sent elsewhere", "t1", is_saved=True), None, "", True),
        (copy_of("typed offline"), None, "typed offline", False),
        (copy_of("and more", "t2"), saved("it"), "and more", False),
        (copy_of("", "t2"), saved("emptied offline"), "", False),
        (copy_of("it goes on", "t1"), saved("it"), "it goes on", False),
        (copy_of("it", "t1"), saved("it goes on"), "it goes on", True),
        (copy_of("mine", "t1"), saved("theirs"), "theirs\n\nmine", False),
    ],
)
def test_text_on_one_side_only_is_never_lost(
    modules: Modules, copy: Any, there: Any, text: str, is_saved: bool
) -> None:
    begun = modules.run(RECONCILE, copy=copy, saved=there)
    assert begun == {"text": text, "isSaved": is_saved}


def test_typing_is_saved_after_a_pause_and_emptied_at_once(modules: Modules) -> None:
    script = "draft.changed('a'); draft.changed('ab'); await settled(); draft.sent();"
    end = play(modules, script, "t1", "t2")
    assert end["puts"] == ["ab", ""]
    assert end["marks"][-1] is False
    assert end["kept"] is None


def test_text_that_was_changed_during_a_save_is_saved_after_it(modules: Modules) -> None:
    end = play(modules, "draft.changed('a'); drafts.wake(); draft.sent();", "t1", "t2")
    assert end["puts"] == ["a", ""]


def test_a_failed_save_keeps_the_copy_and_is_repeated_later(modules: Modules) -> None:
    failed = play(modules, "draft.changed('ab')", 503)
    assert failed["kept"] == {"content": "ab", "base": None, "isSaved": False}
    repeated = play(modules, "draft.changed('ab'); await settled(); drafts.wake()", 0, "t1")
    assert repeated["puts"] == ["ab", "ab"]
    assert repeated["kept"]["isSaved"]


def test_a_draft_that_the_server_would_refuse_stays_in_the_browser(modules: Modules) -> None:
    end = play(modules, "draft.changed('x'.repeat(21))")
    assert end["puts"] == []
    assert len(end["kept"]["content"]) == 21


def test_another_device_changes_the_text_unless_it_is_being_written_here(modules: Modules) -> None:
    end = play(modules, "hear('from the phone', 't1'); hear('late echo', 't0')")
    assert end["shown"] == ["from the phone"]
    typing = play(modules, "draft.changed('mine'); hear('theirs', 't1')", "t2")
    assert (typing["shown"], typing["puts"]) == ([], ["mine"])


def test_text_of_an_earlier_visit_that_was_not_saved_is_saved(modules: Modules) -> None:
    end = play(modules, "", "t1", copy=copy_of("typed offline"))
    assert (end["text"], end["puts"]) == ("typed offline", ["typed offline"])


@pytest.mark.parametrize(
    ("now", "offered"),
    [
        ("2026-11-21T22:30", ["In 1 hour 23:30", "Tomorrow 22 9:00", "Monday 23 9:00"]),
        ("2026-11-22T10:00", ["In 1 hour 11:00", "Tomorrow 23 9:00"]),
        ("2026-11-23T10:00", ["In 1 hour 11:00", "Tomorrow 24 9:00", "Monday 30 9:00"]),
    ],
)
def test_offered_times_to_send_are_mornings_of_coming_days(
    modules: Modules, now: str, offered: list[str]
) -> None:
    script = """async ({ now }) => {
      const { offeredTimes } = await import("/js/drafts/send-times.js");
      return offeredTimes(new Date(now)).map(({ label, at }) => [
        label, at.getDate(), `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`,
      ]);
    }"""
    (label, _, hour), *mornings = modules.run(script, now=now)
    assert [f"{label} {hour}", *(f"{n} {day} {at}" for n, day, at in mornings)] == offered
