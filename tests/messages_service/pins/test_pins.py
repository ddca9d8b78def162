"""Pinned messages: who may pin, the list, the events, and what a deletion leaves."""

from typing import Any

import pytest

from messages_service.pins import actions
from tests.messages_service.conftest import Person

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def pin(person: Person, message: dict[str, Any]) -> Any:
    return person.put(f"/api/messages/{message['id']}/pin")


def test_pins_are_listed_newest_pin_first_with_who_and_when(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    first, second, other = (alice.send(text, room) for text in ("first", "second", "other"))
    assert pin(bob, second).json["pinned"]
    pin(alice, first)
    pin(alice, first)

    path = f"/api/conversations/{room}"
    listed = bob.get(f"{path}/pins").json
    assert [(entry["id"], entry["pinned_by"]["id"]) for entry in listed] == [
        (first["id"], alice.id),
        (second["id"], bob.id),
    ]
    assert listed[0]["pinned_at"] > listed[1]["pinned_at"]
    assert bob.get(path).json["pin_count"] == 2
    page = {m["id"]: m["pinned"] for m in bob.get(f"{path}/messages").json}
    assert page == {first["id"]: True, second["id"]: True, other["id"]: False}
    events = [event for event in bob.events(room) if event["type"] == "message.pinned"]
    assert [(e["data"]["id"], e["data"]["by_id"], e["data"]["pin_count"]) for e in events] == [
        (second["id"], bob.id, 1),
        (first["id"], alice.id, 2),
    ]


def test_unpinning_again_changes_nothing(alice: Person, bob: Person) -> None:
    message = alice.send("keep this", bob)
    path = f"/api/messages/{message['id']}/pin"
    pin(bob, message)

    assert [alice.delete(path).status_code for _ in range(2)] == [204, 204]

    types = [event["type"] for event in bob.events(message["conversation_id"])]
    assert types == ["message.created", "message.pinned", "message.unpinned"]
    assert not bob.get(f"/api/messages/{message['id']}").json["pinned"]


def test_deleting_a_message_unpins_it_and_removes_its_text_from_the_log(
    alice: Person, bob: Person
) -> None:
    message = alice.send("I regret this", bob)
    conversation = f"/api/conversations/{message['conversation_id']}"
    pin(bob, message)

    assert alice.delete(f"/api/messages/{message['id']}").status_code == 204

    assert bob.get(f"{conversation}/pins").json == []
    assert bob.get(conversation).json["pin_count"] == 0
    events = bob.events(message["conversation_id"])
    assert [(event["type"], event["data"].get("by_id")) for event in events] == [
        ("message.created", None),
        ("message.pinned", bob.id),
        ("message.unpinned", alice.id),
        ("message.deleted", None),
    ]
    assert "regret" not in bob.get(f"{conversation}/events").text
    assert pin(bob, message).status_code == 409
    assert alice.delete(f"/api/messages/{message['id']}/pin").status_code == 204


def test_an_archived_room_keeps_its_pins(alice: Person, bob: Person) -> None:
    room = alice.make_room(bob)
    pinned, other = alice.send("one", room), alice.send("two", room)
    pin(alice, pinned)
    alice.delete(f"/api/conversations/{room}")

    assert pin(bob, other).status_code == 409
    assert alice.delete(f"/api/messages/{pinned['id']}/pin").status_code == 409
    assert [entry["id"] for entry in bob.get(f"/api/conversations/{room}/pins").json] == [
        pinned["id"]
    ]


def test_a_conversation_has_a_limited_number_of_pins(
    alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "MAX_PINS", 2)
    messages = [alice.send(str(number), bob) for number in range(3)]

    answers = [pin(alice, message) for message in messages]

    assert [answer.status_code for answer in answers] == [200, 200, 422]
    assert answers[2].json["type"] == "urn:parley:problem:too-many-pins"
    assert pin(alice, messages[1]).status_code == 200
    alice.delete(f"/api/messages/{messages[0]['id']}/pin")
    assert pin(alice, messages[2]).status_code == 200
