"""Saved messages: for oneself, across conversations, only what one may read."""

from typing import Any

import pytest

from messages_service.context import Context
from tests.messages_service.conftest import Person


def save(person: Person, message: dict[str, Any]) -> int:
    return person.put(f"/api/messages/{message['id']}/saved").status_code


def listed(person: Person) -> list[int]:
    return [entry["id"] for entry in person.get("/api/saved").json]


def test_saved_messages_of_all_conversations_are_listed_last_saved_first(
    alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    here, there = alice.send("here", room), alice.send("there", bob)
    assert [save(bob, message) for message in (there, here, there)] == [200, 200, 200]

    assert listed(bob) == [here["id"], there["id"]]
    assert all(entry["saved"] and entry["saved_at"] for entry in bob.get("/api/saved").json)
    assert bob.get(f"/api/messages/{here['id']}").json["saved"]
    (shown,) = bob.get(f"/api/conversations/{room}/messages").json
    assert shown["saved"]
    assert "saved" not in alice.get(f"/api/messages/{here['id']}").json
    assert listed(alice) == []

    path = f"/api/messages/{here['id']}/saved"
    assert [bob.delete(path).status_code for _ in range(2)] == [204, 204]
    assert listed(bob) == [there["id"]]


def test_a_message_that_i_may_no_longer_read_comes_back_when_i_may(
    alice: Person, bob: Person
) -> None:
    room = alice.make_room(bob)
    message = alice.send("secret", room)
    save(bob, message)

    bob.delete(f"/api/conversations/{room}/members/{bob.id}")
    assert listed(bob) == []
    assert save(bob, message) == 404
    bob.put(f"/api/conversations/{room}/members/{bob.id}")
    assert listed(bob) == [message["id"]]


def test_a_deleted_message_leaves_the_list_and_cannot_be_saved(alice: Person, bob: Person) -> None:
    message = alice.send("oops", bob)
    save(bob, message)

    alice.delete(f"/api/messages/{message['id']}")

    assert listed(bob) == []
    assert save(bob, message) == 409


def test_other_tabs_get_a_notice_once_per_change(
    alice: Person, bob: Person, parts: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = alice.send("keep", bob)
    published: list[tuple[str, str]] = []
    announce = parts.publisher.announce

    def watch(running: Any, announcements: list[tuple[str, str]]) -> None:
        published.extend(announcements)
        announce(running, announcements)

    monkeypatch.setattr(parts.publisher, "announce", watch)
    save(bob, message)
    save(bob, message)
    bob.delete(f"/api/messages/{message['id']}/saved")

    assert [topic for topic, _ in published] == [f"user:{bob.id}"] * 2
    assert ['"saved":true' in text for _, text in published] == [True, False]
    assert [event["type"] for event in alice.events(message["conversation_id"])] == [
        "message.created"
    ]
