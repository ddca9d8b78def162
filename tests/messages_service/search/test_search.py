"""Search: what is found, by whom, in which order, and what is refused. On both engines."""

from typing import Any
from urllib.parse import urlencode

import pytest
from flask_migrate import downgrade, upgrade
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from messages_service.app import MIGRATIONS
from messages_service.indexing import catching_up
from messages_service.indexing.folding import fold
from messages_service.indexing.terms import is_short, short_words
from messages_service.search import few, in_postgresql
from messages_service.search.parsing import parse
from tests.messages_service.conftest import Person

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def search(person: Person, q: str, **fields: Any) -> Any:
    return person.get(f"/api/search?{urlencode({'q': q, **fields})}")


def found(person: Person, q: str, **fields: Any) -> list[str]:
    answer = search(person, q, **fields)
    assert answer.status_code == 200, answer.text
    return [each["message"]["content"] for each in answer.json]


TEXTS = [
    "The deployment of parley_server v2 is done",
    "write to ops@example.org or see https://example.org/wiki?page=3",
    "私は東京タワーに行きました",
    "我在北京吃了烤鸭",
    "서울에서 만나요",
    "Crème brûlée at the CAFÉ, 10% off_today",
    "is C# ok? I like std::vector<int> and getUserName()",
    "party 🎉 tonight",
    "привет мир",
]


FINDS = {
    0: ("deployment", "ploym", "parley_server", "v2", "PARLEY done"),
    1: ("ops@example.org", "https://example.org/wiki", "page=3", "example"),
    2: ("東京", "東京タワー", "私"),
    3: ("北京", "烤鸭"),
    4: ("서울", "만나요"),
    5: ("creme brulee", "cafe", "10%", "off_today", '"at the café"'),
    6: ("C#", "ok", "std::vector", "username", "getUser"),
    7: ("🎉",),
    8: ("мир", "ПРИВЕТ"),
}


def test_words_parts_scripts_addresses_and_identifiers_are_found(
    alice: Person, bob: Person, monkeypatch: Any
) -> None:
    monkeypatch.setattr(in_postgresql, "NEWEST", 3)
    for content in TEXTS:
        alice.send(content, bob)
    for number, words in FINDS.items():
        for q in words:
            assert found(bob, q) == [TEXTS[number]], q
    for q in ("10_", "of_today", "deployment vector", "ploy mentX", "東京北", "'\\%"):
        assert found(bob, q) == [], q


def test_only_conversations_of_mine_are_searched(
    alice: Person, bob: Person, charlie: Person
) -> None:
    rooms = {
        "joined": alice.make_room(bob, visibility="private"),
        "left": alice.make_room(bob),
        "public": alice.make_room(),
        "private": alice.make_room(visibility="private"),
    }
    for name, room in rooms.items():
        alice.send(f"secret in {name}", room)
    alice.send("secret to bob", bob)
    alice.send("secret to charlie", charlie)
    bob.delete(f"/api/conversations/{rooms['left']}/members/{bob.id}")

    assert found(bob, "secret") == ["secret to bob", "secret in joined"]
    assert found(bob, "secret", order="best") == ["secret to bob", "secret in joined"]
    assert found(bob, f"from:{alice.nickname}") == ["secret to bob", "secret in joined"]
    assert found(charlie, "secret") == ["secret to charlie"]
    assert search(bob, "secret", conversation_id=rooms["left"]).status_code == 403
    assert search(bob, "secret", conversation_id=rooms["private"]).status_code == 404
    assert bob.client.open("/api/search?q=secret").status_code == 401

    hidden = alice.get(f"/api/conversations/{rooms['private']}").json["name"]
    refused = search(bob, f'secret in:"{hidden}"')
    assert refused.status_code == 422
    missing = search(bob, f'secret in:"{hidden}x"')
    assert (
        missing.json["errors"][0]["message"].replace(f"{hidden}x", hidden)
        == (refused.json["errors"][0]["message"])
    )


def test_filters_narrow_the_search(
    alice: Person, bob: Person, charlie: Person, engine: Engine, monkeypatch: Any
) -> None:
    room = alice.make_room(bob, charlie)
    name = alice.get(f"/api/conversations/{room}").json["name"]
    plain = alice.send("lunch plain", room)
    alice.send("lunch https://example.org", room)
    bob.send("lunch by bob", room)
    alice.send("lunch directly", bob)
    pinned = alice.send("lunch pinned", room)
    alice.put(f"/api/messages/{pinned['id']}/pin")
    bob.put(f"/api/messages/{pinned['id']}/saved")
    bob.put(f"/api/messages/{plain['id']}/reactions/👍")
    alice.send("lunch reply", room, reply_to=plain["id"])
    old = alice.send("lunch in old days", room)
    with engine.begin() as connection:
        values = {"moment": "2020-05-05 12:00:00.000000", "id": old["id"]}
        connection.execute(text("UPDATE messages SET created_at = :moment WHERE id = :id"), values)
        connection.execute(text("DELETE FROM search_entries WHERE message_id = :id"), values)
    bob.patch(f"/api/messages/{old['id']}", {"content": "x"})  # refused: not the author
    alice.patch(f"/api/messages/{old['id']}", {"content": "lunch in the old days"})

    assert found(bob, "lunch from:me") == found(bob, f"from:{bob.nickname}") == ["lunch by bob"]
    assert found(bob, f"in:@{alice.nickname}") == ["lunch directly"]
    assert len(found(bob, f'lunch in:"{name}"')) == 6
    assert found(bob, f'lunch in:"#{name.upper()}" from:me') == ["lunch by bob"]
    assert found(bob, "has:link") == ["lunch https://example.org"]
    assert found(bob, "lunch has:reaction") == ["lunch plain"]
    assert found(bob, "is:pinned") == found(bob, "lunch is:saved") == ["lunch pinned"]
    assert found(alice, "is:saved") == []
    assert found(bob, "is:thread") == ["lunch reply", "lunch plain"]
    assert found(bob, "lunch before:2020-05-06") == ["lunch in the old days"]
    assert found(bob, "before:2020-05-06 after:2020-05-04") == ["lunch in the old days"]
    assert found(bob, "lunch before:2020-05-05") == found(bob, "after:2020-05-05 old") == []
    assert found(bob, "before:2020-05-06", time_zone="Pacific/Auckland") == []
    assert len(found(bob, "lunch after:2020-05-05")) == 6
    assert found(bob, "dinner is:pinned") == []

    filters = ("has:reaction", "is:pinned", "is:saved", "is:thread")
    searches = [*filters, *(f"lunch {each}" for each in filters)]
    among_few = [found(bob, q) for q in searches]
    monkeypatch.setattr(few, "MANY", 1)
    assert [found(bob, q) for q in searches] == among_few


@on_sqlite
def test_days_begin_in_the_time_zone_of_the_reader(
    alice: Person, bob: Person, engine: Engine
) -> None:
    message = alice.send("the end of May in Greenwich", bob)
    with engine.begin() as connection:
        values = {"moment": "2020-05-31 22:00:00.000000", "id": message["id"]}
        connection.execute(text("UPDATE messages SET created_at = :moment WHERE id = :id"), values)
    alice.patch(f"/api/messages/{message['id']}", {"content": "the end of May"})

    zones = {"Pacific/Auckland": False, "UTC": True, "America/New_York": True}
    for zone, is_in_may in zones.items():
        assert bool(found(bob, "end before:2020-06-01", time_zone=zone)) == is_in_may, zone
        assert bool(found(bob, "end after:2020-05-31", time_zone=zone)) != is_in_may, zone


def test_words_of_a_phrase_stand_as_in_the_query(alice: Person, bob: Person) -> None:
    for content in ("the red house", "red, the house", "thered0house", "the_red.house"):
        alice.send(content, bob)
    assert found(bob, '"the red house"') == ["the red house"]
    assert found(bob, '"e red h"') == ["the red house"]
    assert found(bob, "red0house") == ["thered0house"]
    assert found(bob, "the_red.house") == ["the_red.house"]


def test_files_polls_and_forwards_are_found(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    poll = {
        "conversation_id": room,
        "question": "Where do we camp?",
        "choices": ["Lakeside", "Hut"],
    }
    assert alice.post("/api/polls", poll).status_code == 201
    sent = alice.send("an original thought", room)
    alice.send("", room, forwarded_from=sent["id"])

    (by_question,) = search(bob, "camp has:poll").json
    assert by_question["message"]["poll"]["question"] == "Where do we camp?"
    assert {"source": "poll", "parts": [
        {"text": "Where do we ", "match": False}, {"text": "camp", "match": True},
        {"text": "?", "match": False},
    ]} in by_question["excerpts"]  # fmt: skip
    assert len(search(bob, "lakeside").json) == 1
    assert [each["message"]["content"] for each in search(bob, "thought").json] == [
        "",
        "an original thought",
    ]


def test_edits_deletions_and_restores_reach_the_index(alice: Person, bob: Person) -> None:
    message = alice.send("the first version", bob)
    path = f"/api/messages/{message['id']}"
    alice.patch(path, {"content": "the second version"})
    assert (found(bob, "first"), found(bob, "second")) == ([], ["the second version"])

    alice.delete(path)
    assert found(bob, "version") == found(alice, "from:me") == []

    alice.post(f"{path}/restore")
    assert found(bob, "version") == ["the second version"]


def test_a_refused_message_leaves_no_entry(alice: Person, bob: Person, engine: Engine) -> None:
    alice.send("one", bob, client_id="a-client-id")
    alice.send("one", bob, client_id="a-client-id")
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM search_entries")).scalar() == 1


def test_pages_follow_each_other(alice: Person, bob: Person, monkeypatch: Any) -> None:
    monkeypatch.setattr(in_postgresql, "NEWEST", 2)
    texts = [f"apple number {number}" for number in range(5)]
    sent = [alice.send(content, bob) for content in texts]
    for order in ("new", "best"):
        answer = search(bob, "apple", limit=2, order=order)
        assert f"before={sent[3]['id']}" in answer.headers["Link"]
        pages = found(bob, "apple", limit=2, order=order)
        pages += found(bob, "apple", limit=2, order=order, before=sent[3]["id"])
        pages += found(bob, "apple", limit=2, order=order, before=sent[1]["id"])
        assert pages == texts[::-1]
    assert "Link" not in search(bob, "apple", limit=5).headers


@on_sqlite
def test_best_first_ranks_whole_words_that_stand_together(alice: Person, bob: Person) -> None:
    texts = ["the green tea", "tea that is green", "steam and greenery", "some green tear"]
    for content in texts:
        alice.send(content, bob)
    assert found(bob, "green tea", order="best") == [texts[0], texts[1], texts[3], texts[2]]


@on_sqlite
def test_highlights_are_ranges_of_characters(alice: Person, bob: Person) -> None:
    content = "🎉 Ａ **Café** in <script>Straße</script> " + "x" * 300 + " cafe"
    alice.send(content, bob)
    (result,) = search(bob, "CAFE strasse").json
    marked = [content[start:end] for start, end in result["highlights"]]
    assert marked == ["Café", "Straße", "cafe"]
    parts = result["excerpts"][0]["parts"]
    assert [part["text"] for part in parts if part["match"]] == ["Café", "Straße"]
    assert "<script>" in "".join(part["text"] for part in parts)
    assert "**" not in "".join(part["text"] for part in parts)


REFUSED = (
    "", "   ", '"', '""', "''", "from:", "in: x", "has:", "is:it", "before:1", "after:9999-12-31",
    "x" * 501, "x" * 10_000, "from:nobody-here", "in:nowhere", "a\x00b", "\x07",
)  # fmt: skip


@on_sqlite
def test_a_query_without_an_answer_is_refused_with_advice(bob: Person) -> None:
    for q in REFUSED:
        answer = search(bob, q)
        assert answer.status_code == 422, (q, answer.text)
        assert answer.content_type == "application/problem+json"
        (problem,) = answer.json["errors"]
        assert problem["field"] == "q"
        assert problem["message"]
    for fields in ({"time_zone": "Nowhere/Land"}, {"limit": 0}, {"before": "x"}, {"order": "old"}):
        assert search(bob, "word", **fields).status_code == 422


SPECIAL = st.text(alphabet="ab \"'\\%_*()&|!:<>-^~{}[]@#$;,.?+=/`東\ue000\U000f0000é", max_size=30)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(q=SPECIAL)
def test_special_characters_never_fail(bob: Person, q: str) -> None:
    assert search(bob, q).status_code in (200, 422)
    assert search(bob, q, order="best").status_code in (200, 422)


WORDS = ("tea", "steam", "a", "ok", "green", "gr", "東京", "京", "東京都", "C#", "a_b", "Éa", "10%")


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_search_finds_exactly_the_readable_messages_that_contain_the_words(
    alice: Person, bob: Person, charlie: Person, data: st.DataObject
) -> None:
    line = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4)
    readable: list[str] = []
    rooms = [alice.make_room(bob, charlie), alice.make_room(charlie)]
    for words in data.draw(st.lists(line, min_size=1, max_size=6)):
        content = data.draw(st.sampled_from(["", " ", "-"])).join(words)
        room = data.draw(st.sampled_from(rooms))
        alice.send(content, room)
        if room == rooms[0]:
            readable.append(content)
    asked = data.draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=2))
    expected = [content for content in readable if contains(content, asked)]
    name = alice.get(f"/api/conversations/{rooms[0]}").json["name"]
    assert found(bob, f'in:"{name}" ' + " ".join(asked)) == expected[::-1]


def contains(content: str, asked: list[str]) -> bool:
    folded = fold(content)
    return all(
        term in (short_words(folded) if is_short(term) else folded)
        for term in parse(" ".join(asked)).terms
    )


def test_the_migration_indexes_earlier_messages(alice: Person, bob: Person, app: Any) -> None:
    alice.send("from before the index", bob)
    gone = alice.send("deleted before the index", bob)
    alice.delete(f"/api/messages/{gone['id']}")
    with app.app_context():
        downgrade(directory=str(MIGRATIONS), revision="0020")
        upgrade(directory=str(MIGRATIONS))
    assert found(bob, "before the index") == ["from before the index"]


@on_sqlite
def test_new_messages_are_indexed_together(
    alice: Person, bob: Person, engine: Engine, monkeypatch: Any
) -> None:
    monkeypatch.setattr(catching_up, "BATCH", 2)
    path = f"/api/messages/{alice.send('a message that changes', bob)['id']}"
    for number in range(5):
        alice.send(f"message {number}", bob)
    alice.patch(path, {"content": "a changed message"})
    assert _count_indexed(engine) == 0

    catching_up.index_new_entries(engine)
    assert _count_indexed(engine) == len(found(bob, "message")) == 6
    assert found(bob, "changed") == ["a changed message"]

    alice.patch(path, {"content": "another message"})
    assert (found(bob, "changed"), found(bob, "another")) == ([], ["another message"])


def _count_indexed(engine: Engine) -> int:
    query = "SELECT count(*) FROM search_index WHERE search_index MATCH 'mes'"
    with engine.connect() as connection:
        return int(connection.execute(text(query)).scalar_one())


@on_sqlite
@pytest.mark.parametrize("is_indexed", [False, True])
def test_an_entry_goes_with_its_message(
    alice: Person, bob: Person, engine: Engine, is_indexed: bool
) -> None:
    message = alice.send("will be removed for good", bob)
    if is_indexed:
        assert found(bob, "removed") == ["will be removed for good"]
    with engine.begin() as connection:
        connection.execute(text("DELETE FROM events"))
        connection.execute(text("DELETE FROM messages WHERE id = :id"), {"id": message["id"]})
        connection.execute(
            text("INSERT INTO search_index(search_index) VALUES ('integrity-check')")
        )
    assert found(bob, "removed") == []
