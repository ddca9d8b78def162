"""Notes about joining and leaving: browser and server use the same words."""

from dataclasses import asdict
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway_frontend.drawing.history import MOST_WINDOWS, WINDOW, windows
from gateway_frontend.drawing.notes import is_same_run, note_of, note_words
from tests.gateway_frontend.conftest import Modules
from tests.support.examples import examples

IN_BROWSER = settings(
    max_examples=examples(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
NAMES = {1: "Alice", 2: "Bob", 3: "Zoë"}
WORDS = """async ({ events, names, place }) => {
  const { isSameRun, noteOf, noteWords } = await import("/js/conversation/notes.js");
  const by = (event) => names[event.data.by_id] ?? "Somebody";
  const notes = events.map((event) => ({ ...noteOf(event), by: by(event) }));
  return {
    words: notes.map((note) => noteWords([note], place)),
    together: noteWords(notes, place),
    same: notes.map((note) => isSameRun(note, notes[0])),
    facts: notes.map(({ who, about, sort }) => [who, about, sort]),
  };
}"""
people = st.sampled_from(sorted(NAMES))
passing = st.builds(
    lambda type_, who, by: {
        "type": type_,
        "data": {"user": {"id": who, "name": NAMES[who]}, "user_id": who, "by_id": by},
    },
    st.sampled_from(["member.joined", "member.left"]),
    people,
    st.none() | people,
)
updating = st.builds(
    lambda kind, name, topic, archived, by: {
        "type": "conversation.updated",
        "data": {
            "conversation": {"kind": kind, "name": name, "topic": topic, "archived": archived},
            "by_id": by,
        },
    },
    st.sampled_from(["room", "group"]),
    st.none() | st.just("garden"),
    st.sampled_from(["", "Beds & seeds"]),
    st.booleans(),
    people,
)

pinning = st.builds(
    lambda by: {"type": "message.pinned", "data": {"id": 1, "by_id": by, "pin_count": 1}}, people
)


@IN_BROWSER
@given(
    events=st.lists(passing | updating | pinning, min_size=1, max_size=8),
    place=st.sampled_from(["room", "group"]),
)
def test_browser_and_server_word_notes_alike(
    modules: Modules, events: list[dict[str, Any]], place: str
) -> None:
    dated: list[Any] = [
        {"seq": number, "date": "2026-11-21T10:00:00Z", **event}
        for number, event in enumerate(events, 1)
    ]
    notes = [note_of(event, NAMES) for event in dated]
    said = modules.run(WORDS, events=dated, names=NAMES, place=place)
    assert said == {
        "words": [note_words([note], place) for note in notes],
        "together": note_words(notes, place),
        "same": [is_same_run(note, notes[0]) for note in notes],
        "facts": [[asdict(note)[fact] for fact in ("who", "about", "sort")] for note in notes],
    }


def test_a_page_of_messages_alone_does_not_read_the_log() -> None:
    assert list(windows(range(1, 51), 1, 50)) == []
    assert list(windows([], 1, 0)) == []


@given(
    seqs=st.sets(st.integers(1, 3000), max_size=50),
    first=st.integers(1, 20),
    last=st.integers(0, 3000),
)
def test_the_read_windows_cover_the_latest_events_that_are_not_messages(
    seqs: set[int], first: int, last: int
) -> None:
    inside = sorted(seq for seq in seqs if first <= seq <= last)
    asked = list(windows(inside, first, last))
    covered = {seq for after, limit in asked for seq in range(after + 1, after + limit + 1)}
    missing = [seq for seq in range(first, last + 1) if seq not in inside]
    assert all(0 < limit <= WINDOW for _, limit in asked)
    assert sum(limit for _, limit in asked) == len(covered) <= WINDOW * MOST_WINDOWS
    assert set(missing) <= covered or len(asked) == MOST_WINDOWS
    assert set(missing[-WINDOW:]) <= covered
