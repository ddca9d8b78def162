"""Drafts: one for each person, conversation and thread, the same on every device."""

import json
from typing import Any

import pytest
from sqlalchemy import Engine, select

from messages_service.drafts.models import MAX_DRAFTS
from messages_service.models import MAX_CONTENT, outbox
from servicekit.topics import user_topic
from tests.messages_service.conftest import Person


@pytest.fixture
def room(alice: Person, bob: Person) -> int:
    return alice.make_room(bob)


def drafts_of(person: Person) -> list[tuple[int, int | None, str]]:
    listed = person.get("/api/drafts").json
    return [(draft["conversation_id"], draft["reply_to"], draft["content"]) for draft in listed]


def write(person: Person, conversation_id: int, content: str, **fields: Any) -> int:
    path = f"/api/conversations/{conversation_id}/draft"
    return person.put(path, {"content": content, **fields}).status_code


def has_draft(person: Person, conversation_id: int) -> bool:
    answer: bool = person.get(f"/api/conversations/{conversation_id}").json["has_draft"]
    return answer


def test_a_draft_is_kept_for_its_author_alone(alice: Person, bob: Person, room: int) -> None:
    assert write(alice, room, "Half a sent") == write(alice, room, "Half a sentence") == 200

    assert drafts_of(alice) == [(room, None, "Half a sentence")]
    assert alice.get("/api/drafts?conversation_id=987654").json == []
    assert (has_draft(alice, room), has_draft(bob, room)) == (True, False)
    assert drafts_of(bob) == []


def test_a_thread_has_a_draft_of_its_own(alice: Person, bob: Person, room: int) -> None:
    first = bob.send("Who comes?", room)["id"]
    reply = bob.send("Nobody?", room, reply_to=first)["id"]
    write(alice, room, "to all")
    write(alice, room, "I", reply_to=first)
    write(alice, room, "I do", reply_to=reply)

    assert drafts_of(alice) == [(room, first, "I do"), (room, None, "to all")]
    alice.send("I do", room, reply_to=reply)
    assert drafts_of(alice) == [(room, None, "to all")]
    assert alice.delete(f"/api/conversations/{room}/draft").status_code == 204
    assert not has_draft(alice, room)


@pytest.mark.parametrize("content", ["", " \n"])
def test_empty_text_deletes_the_draft(alice: Person, room: int, content: str) -> None:
    write(alice, room, "Half a sentence")

    assert write(alice, room, content) == write(alice, room, content) == 204
    assert drafts_of(alice) == []


def test_sending_deletes_the_draft_unless_it_is_to_be_kept(
    alice: Person, bob: Person, room: int
) -> None:
    write(alice, room, "the next thought")
    alice.send("the last thought", room, keep_draft=True)
    bob.send("an answer", room)
    assert drafts_of(alice) == [(room, None, "the next thought")]

    alice.send("the next thought, finished", room)
    assert drafts_of(alice) == []


def test_the_other_tabs_of_a_person_get_a_notice(alice: Person, room: int, engine: Engine) -> None:
    write(alice, room, "Half")
    alice.send("Half and half", room)

    mine = select(outbox.c.payload).where(outbox.c.topic == user_topic(alice.id))
    with engine.connect() as connection:
        notices = [json.loads(row) for row in connection.scalars(mine.order_by(outbox.c.id))]
    written = [notice["data"] for notice in notices if notice["type"] == "draft"]
    assert [(data["conversation_id"], data["content"]) for data in written] == [
        (room, "Half"),
        (room, ""),
    ]
    assert written[0]["updated_at"] < written[1]["updated_at"]


def test_a_draft_disappears_from_the_list_of_a_removed_member(
    alice: Person, bob: Person, room: int
) -> None:
    write(bob, room, "But")
    alice.delete(f"/api/conversations/{room}/members/{bob.id}")

    assert drafts_of(bob) == []
    assert write(bob, room, "But I") == 403


def test_invalid_drafts_are_refused(alice: Person, bob: Person, charlie: Person, room: int) -> None:
    elsewhere = bob.send("elsewhere", charlie)["id"]
    secret = bob.make_room(visibility="private")

    assert write(alice, room, "x" * MAX_CONTENT) == 200
    assert write(alice, room, "x" * (MAX_CONTENT + 1)) == 422
    assert write(alice, room, "\0") == 422
    assert write(alice, room, "text", reply_to=elsewhere) == 422
    assert write(alice, secret, "text") == 404
    alice.patch(f"/api/conversations/{room}", {"archived": True})
    assert write(alice, room, "too late") == 409
    assert write(alice, room, "") == 204


def test_a_person_has_a_limited_number_of_drafts(
    alice: Person, room: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("messages_service.drafts.actions.MAX_DRAFTS", 2)
    assert MAX_DRAFTS <= 200, "one page of the list has them all"
    threads = [alice.send(str(number), room)["id"] for number in range(3)]

    assert [write(alice, room, "x", reply_to=first) for first in threads] == [200, 200, 422]
    assert write(alice, room, "y", reply_to=threads[1]) == 200
