"""All rooms for administrators, and rooms without an owner."""

import sqlalchemy as sa

from messages_service.context import Context
from messages_service.models import profiles
from servicekit.data.db import core_transaction
from tests.messages_service.conftest import Person


def test_private_rooms_are_listed_without_their_messages(
    admin: Person, bob: Person, charlie: Person
) -> None:
    room = bob.make_room(charlie, name="the vault", visibility="private", topic="gold")
    bob.send("under the oak", room)
    answer = admin.get("/api/rooms?q=VAULT")
    (shown,) = answer.json
    assert (shown["name"], shown["topic"]) == ("the vault", "gold")
    assert (shown["member_count"], shown["message_count"]) == (2, 1)
    assert [owner["id"] for owner in shown["owners"]] == [bob.id]
    assert "oak" not in answer.text
    assert admin.get(f"/api/conversations/{room}/messages").status_code == 404
    assert bob.get("/api/rooms").status_code == 403


def test_an_administrator_renames_archives_and_restores_a_room_of_others(
    admin: Person, bob: Person
) -> None:
    room = bob.make_room(visibility="private")
    changed = admin.patch(f"/api/rooms/{room}", {"name": "attic", "topic": "boxes"})
    assert (changed.json["name"], changed.json["topic"]) == ("attic", "boxes")
    assert admin.patch(f"/api/rooms/{room}", {"archived": True}).json["archived"] is True
    refused = bob.post("/api/messages", {"content": "hello", "conversation_id": room})
    assert refused.status_code == 409
    assert [each["id"] for each in admin.get("/api/rooms?archived=true").json] == [room]
    assert admin.patch(f"/api/rooms/{room}", {"archived": False}).status_code == 200
    assert bob.send("hello", room)
    assert [event["type"] for event in bob.events(room)].count("conversation.updated") == 3


def test_direct_conversations_are_not_found_among_rooms(
    admin: Person, bob: Person, charlie: Person
) -> None:
    place = bob.send("hello", charlie)["conversation_id"]
    assert admin.get(f"/api/rooms/{place}").status_code == 404
    assert admin.patch(f"/api/rooms/{place}", {"topic": "x"}).status_code == 404
    assert admin.put(f"/api/rooms/{place}/owner").status_code == 404


def test_only_a_room_without_an_active_owner_is_taken_over(
    admin: Person, bob: Person, charlie: Person, parts: Context, engine: sa.Engine
) -> None:
    room = bob.make_room(charlie, visibility="private")
    assert admin.put(f"/api/rooms/{room}/owner").status_code == 409
    with core_transaction(engine) as running:
        gone = sa.update(profiles).where(profiles.c.id == bob.id).values(active=False)
        running.connection.execute(gone)

    for _ in range(2):
        taken = admin.put(f"/api/rooms/{room}/owner")
        assert taken.status_code == 200, taken.text
        assert [owner["id"] for owner in taken.json["owners"]] == [admin.id]
    assert taken.json["member_count"] == 3
    events = charlie.events(room)
    assert [event["type"] for event in events[-2:]] == ["member.joined", "member.changed"]
