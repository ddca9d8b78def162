"""A person's own marks: starred, muted, what notifies, marked as unread, all read."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, update

from messages_service.models import memberships
from servicekit.times import isoformat, utcnow
from tests.messages_service.conftest import Person


def shown(person: Person, chat: int) -> dict[str, Any]:
    conversation: dict[str, Any] = person.get(f"/api/conversations/{chat}").json
    listed = next(c for c in person.get("/api/conversations").json if c["id"] == chat)
    assert listed["unread"] == conversation["unread"]
    return conversation


def mark(person: Person, chat: int, **changes: Any) -> dict[str, Any]:
    answer = person.patch(f"/api/conversations/{chat}/me", changes)
    assert answer.status_code == 200, answer.text
    marks: dict[str, Any] = answer.json
    assert marks == person.get(f"/api/conversations/{chat}/me").json
    return marks


def read(person: Person, chat: int, seq: int) -> int:
    unread: int = person.put(f"/api/conversations/{chat}/read", {"seq": seq}).json["unread"]
    return unread


@pytest.fixture
def chat(alice: Person, bob: Person) -> int:
    """Five messages of alice's, seqs 1 to 5, that bob has read."""
    for number in range(5):
        conversation_id: int = alice.send(str(number), bob)["conversation_id"]
    read(bob, conversation_id, 5)
    return conversation_id


def test_marks_are_personal_and_change_one_by_one(alice: Person, bob: Person, chat: int) -> None:
    fresh = {"notify": "all", "starred": False, "muted_until": None, "unread_from": None}
    assert {name: shown(bob, chat)[name] for name in fresh} == fresh

    until = isoformat(utcnow() + timedelta(hours=8))
    mark(bob, chat, starred=True)
    mark(bob, chat, notify="mentions")
    marks = mark(bob, chat, muted_until=until)
    assert marks == {
        **{"notify": "mentions", "starred": True, "muted_until": until, "unread_from": None},
        **{"conversation_id": chat, "last_seq": 5, "read_seq": 5, "unread": 0},
    }
    assert {name: shown(bob, chat)[name] for name in fresh} == {name: marks[name] for name in fresh}
    assert {name: shown(alice, chat)[name] for name in fresh} == fresh
    assert mark(bob, chat, muted_until=None)["muted_until"] is None


def test_a_room_notifies_of_mentions_at_first_and_other_conversations_of_everything(
    alice: Person, bob: Person, charlie: Person
) -> None:
    room = alice.make_room(bob)
    assert charlie.get(f"/api/conversations/{room}").json["notify"] == "mentions"
    charlie.put(f"/api/conversations/{room}/members/{charlie.id}")
    assert [shown(person, room)["notify"] for person in (alice, bob, charlie)] == ["mentions"] * 3
    group = {"kind": "group", "member_ids": [bob.id, charlie.id]}
    assert alice.post("/api/conversations", group).json["notify"] == "all"
    mark(bob, room, notify="all")
    assert shown(bob, room)["notify"] == "all"


def test_a_mute_that_has_ended_is_not_shown(bob: Person, chat: int, engine: Engine) -> None:
    mark(bob, chat, muted_until=isoformat(utcnow() + timedelta(hours=1)))
    ended = update(memberships).values(muted_until=utcnow() - timedelta(seconds=1))
    with engine.begin() as connection:
        connection.execute(ended.where(memberships.c.user_id == bob.id))

    assert shown(bob, chat)["muted_until"] is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"notify": "some"},
        {"notify": None},
        {"starred": "yes"},
        {"starred": None},
        {"muted_until": "2020-01-01T00:00:00Z"},
        {"muted_until": "2099-01-01T00:00:00Z"},
        {"muted_until": "2027-01-01T00:00:00"},
        {"unread_from": 0},
        {"unread_from": 6},
        {"unread_from": "2"},
        {"unread_from": 2**63},
        {"star": True},
    ],
)
def test_invalid_marks_are_refused_and_change_nothing(
    bob: Person, chat: int, wrong: dict[str, Any]
) -> None:
    before = shown(bob, chat)
    answer = bob.patch(f"/api/conversations/{chat}/me", {"starred": True} | wrong)

    assert answer.status_code == 422
    assert shown(bob, chat) == before


def test_messages_marked_as_unread_are_unread_until_they_are_read(
    alice: Person, bob: Person, chat: int
) -> None:
    assert mark(bob, chat, unread_from=3)["unread"] == 3
    assert (shown(bob, chat)["unread"], shown(bob, chat)["read_seq"]) == (3, 5)
    alice.send("another", chat)
    assert shown(bob, chat)["unread"] == 4

    assert read(bob, chat, 2) == 4
    assert read(bob, chat, 3) == 3
    assert shown(bob, chat)["unread_from"] == 4
    assert read(bob, chat, 6) == 0
    assert (shown(bob, chat)["unread_from"], shown(bob, chat)["read_seq"]) == (None, 6)


def test_messages_before_the_first_marked_one_count_as_read(
    alice: Person, bob: Person, chat: int
) -> None:
    for number in range(3):
        alice.send(str(number), chat)

    marks = mark(bob, chat, unread_from=8)
    assert (marks["unread"], marks["read_seq"]) == (1, 7)
    assert mark(bob, chat, unread_from=None)["unread"] == 1


def test_taking_the_mark_back_makes_the_messages_read_again(bob: Person, chat: int) -> None:
    mark(bob, chat, unread_from=1)
    assert mark(bob, chat, unread_from=None)["unread"] == 0


def test_all_conversations_are_marked_as_read_at_once(
    alice: Person, bob: Person, charlie: Person, chat: int
) -> None:
    room = alice.make_room(bob, charlie)
    last = alice.send("hello", room)["seq"]
    mark(bob, chat, unread_from=2)

    moved = bob.post("/api/read-all").json["conversations"]
    assert moved == [
        {"conversation_id": chat, "read_seq": 5, "unread": 0},
        {"conversation_id": room, "read_seq": last, "unread": 0},
    ]
    assert [c["unread"] for c in bob.get("/api/conversations").json] == [0, 0]
    assert shown(bob, chat)["unread_from"] is None
    assert shown(charlie, room)["unread"] == 1
    assert bob.post("/api/read-all").json == {"conversations": []}


def test_strangers_have_no_marks_on_a_room(alice: Person, charlie: Person) -> None:
    room, hidden = alice.make_room(), alice.make_room(visibility="private")
    for path, status in ((room, 403), (hidden, 404)):
        assert charlie.get(f"/api/conversations/{path}/me").status_code == status
        assert (
            charlie.patch(f"/api/conversations/{path}/me", {"starred": True}).status_code == status
        )
