"""Unread counts and read markers."""

from typing import Any

import pytest
from sqlalchemy import Connection

from messages_service.prepared import Prepared
from tests.messages_service.conftest import Person


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_unread_messages_are_counted_for_the_page_alone(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(3):
        alice.send(f"hi {number}", alice.make_room(bob))
    counts: list[Any] = []
    execute = Prepared._execute

    def note(statement: Prepared, connection: Connection, values: Any) -> Any:
        text, _ = statement.bound(connection.dialect, values)
        if "count(" in text and "messages.seq >" in text:
            counts.append(values)
        return execute(statement, connection, values)

    monkeypatch.setattr(Prepared, "_execute", note)
    (shown,) = bob.get("/api/conversations?limit=1").json

    assert shown["unread"] == 1
    (values,) = counts
    assert [shown["id"]] in values.values()


def test_messages_of_others_after_the_read_marker_are_unread(alice: Person, bob: Person) -> None:
    for text in ("1", "2", "3"):
        message = alice.send(text, bob)
    bob.send("4", alice)
    chat = message["conversation_id"]

    def unread(person: Person) -> int:
        count: int = person.get(f"/api/conversations/{chat}").json["unread"]
        return count

    assert (unread(alice), unread(bob)) == (1, 3)
    alice.patch(f"/api/messages/{message['id']}", {"content": "three"})
    assert (unread(alice), unread(bob)) == (1, 3)
    alice.delete(f"/api/messages/{message['id']}")
    assert unread(bob) == 2

    state = bob.put(f"/api/conversations/{chat}/read", {"seq": 1}).json
    assert state == {"conversation_id": chat, "read_seq": 1, "unread": 1}


def test_the_read_marker_only_moves_forward_and_never_past_the_end(
    alice: Person, bob: Person
) -> None:
    for text in ("1", "2", "3"):
        chat = alice.send(text, bob)["conversation_id"]
    path = f"/api/conversations/{chat}/read"

    assert bob.put(path, {"seq": 2}).json["read_seq"] == 2
    assert bob.put(path, {"seq": 1}).json["read_seq"] == 2
    assert bob.put(path, {"seq": 999}).json["read_seq"] == 3
    alice.send("4", bob)
    assert bob.get(f"/api/conversations/{chat}").json["unread"] == 1
    for wrong in (-1, "x", None, 2**64 - 1):
        assert bob.put(path, {"seq": wrong}).status_code == 422
