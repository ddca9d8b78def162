"""messages_service: conversations, members, the log, read markers, sync."""

import uuid
from typing import Any

from tests.contracts.doors import Door
from tests.contracts.shapes import CONVERSATION, EVENT, TIME, assert_problem
from tests.support.cast import Person


def make_room(door: Door, owner: Person, **changes: Any) -> dict[str, Any]:
    body = {"kind": "room", "name": f"room {uuid.uuid4()}", "visibility": "public"} | changes
    answer = door.post("/api/conversations", owner, json=body)
    assert answer.status_code == 201, answer.text
    room: dict[str, Any] = answer.json()
    return room


def mine(door: Door, person: Person, conversation_id: int) -> dict[str, Any] | None:
    listed = door.get("/api/conversations?limit=200", person).json()
    return next((c for c in listed if c["id"] == conversation_id), None)


def test_a_conversation_shows_its_state_to_each_member(
    door: Door, alice: Person, bob: Person
) -> None:
    message = door.send(alice, recipient_id=bob.id)

    seen = mine(door, bob, message["conversation_id"])

    assert seen is not None
    assert seen.keys() >= CONVERSATION
    assert seen["kind"] == "direct"
    assert seen["last_seq"] == message["seq"]
    assert seen["unread"] >= 1
    assert seen["last_message"]["id"] == message["id"]
    assert {member["id"] for member in seen["members"]} == {alice.id, bob.id}


def test_the_read_marker_only_moves_forward(door: Door, alice: Person, bob: Person) -> None:
    first = door.send(alice, recipient_id=bob.id)
    last = door.send(alice, recipient_id=bob.id)
    path = f"/api/conversations/{last['conversation_id']}/read"

    assert door.put(path, bob, json={"seq": last["seq"]}).status_code == 200
    assert door.put(path, bob, json={"seq": first["seq"]}).status_code == 200

    seen = mine(door, bob, last["conversation_id"])
    assert seen is not None
    assert (seen["read_seq"], seen["unread"]) == (last["seq"], 0)


def test_own_messages_are_not_unread(door: Door, alice: Person, bob: Person) -> None:
    message = door.send(alice, recipient_id=bob.id)
    path = f"/api/conversations/{message['conversation_id']}/read"
    door.put(path, alice, json={"seq": message["seq"]})

    door.send(alice, recipient_id=bob.id)

    seen = mine(door, alice, message["conversation_id"])
    assert seen is not None
    assert seen["unread"] == 0


def test_the_log_has_no_holes_and_gives_its_last_seq(
    door: Door, alice: Person, bob: Person
) -> None:
    message = door.send(alice, content="one", recipient_id=bob.id)
    door.patch(f"/api/messages/{message['id']}", alice, json={"content": "two"})
    path = f"/api/conversations/{message['conversation_id']}/events"

    page = door.get(f"{path}?after={message['seq'] - 1}", bob).json()

    assert page.keys() >= {"events", "last_seq", "more", "epoch"}
    assert [e["type"] for e in page["events"]] == ["message.created", "message.edited"]
    assert [e["seq"] for e in page["events"]] == [message["seq"], message["seq"] + 1]
    for event in page["events"]:
        assert event.keys() >= EVENT
        assert TIME.fullmatch(event["date"])
        assert event["epoch"] == page["epoch"]
    assert (page["last_seq"], page["more"]) == (message["seq"] + 1, False)


def test_a_partial_page_of_the_log_has_more_set(door: Door, alice: Person, bob: Person) -> None:
    messages = [door.send(alice, recipient_id=bob.id) for _ in range(3)]
    path = f"/api/conversations/{messages[0]['conversation_id']}/events"
    after = messages[0]["seq"] - 1

    cut = door.get(f"{path}?after={after}&limit=2", bob).json()
    rest = door.get(f"{path}?after={cut['events'][-1]['seq']}&limit=2", bob).json()

    assert (len(cut["events"]), cut["more"]) == (2, True)
    assert (len(rest["events"]), rest["more"]) == (1, False)


def test_sync_answers_for_many_conversations_at_once(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    to_bob = door.send(alice, recipient_id=bob.id)
    to_charlie = door.send(alice, recipient_id=charlie.id)
    foreign = door.send(bob, recipient_id=charlie.id)
    cursors = {str(m["conversation_id"]): m["seq"] - 1 for m in (to_bob, to_charlie, foreign)}

    answer = door.post("/api/sync", alice, json={"cursors": cursors})

    assert answer.status_code == 200
    found = answer.json()["conversations"]
    assert str(foreign["conversation_id"]) not in found
    for message in (to_bob, to_charlie):
        page = found[str(message["conversation_id"])]
        assert [e["data"]["id"] for e in page["events"]] == [message["id"]]
        assert (page["last_seq"], page["more"]) == (message["seq"], False)


def test_a_public_room_is_joined_and_left(door: Door, alice: Person, bob: Person) -> None:
    room = make_room(door, alice, topic="tea")
    assert room.keys() >= CONVERSATION
    me = f"/api/conversations/{room['id']}/members/{bob.id}"
    to_room = {"content": "hello room", "conversation_id": room["id"]}
    assert_problem(door.post("/api/messages", bob, json=to_room), 403, code="not-a-member")

    assert door.put(me, bob).status_code == 201
    assert door.post("/api/messages", bob, json=to_room).status_code == 201
    members = door.get(f"/api/conversations/{room['id']}/members", alice).json()
    assert {alice.id, bob.id} == {member["id"] for member in members}

    assert door.delete(me, bob).status_code == 204
    assert_problem(door.post("/api/messages", bob, json=to_room), 403)


def test_a_private_room_is_invisible_until_a_member_adds_you(
    door: Door, alice: Person, bob: Person
) -> None:
    room = make_room(door, alice, visibility="private")
    path = f"/api/conversations/{room['id']}"
    assert_problem(door.get(path, bob), 404)
    assert_problem(door.put(f"{path}/members/{bob.id}", bob), 404)

    assert door.put(f"{path}/members/{bob.id}", alice).status_code == 201

    assert door.get(path, bob).status_code == 200
    assert door.delete(f"{path}/members/{bob.id}", alice).status_code == 204
    assert_problem(door.get(path, bob), 404)


def test_a_group_has_its_members_from_the_start(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    body = {"kind": "group", "member_ids": [bob.id, charlie.id]}
    group = door.post("/api/conversations", alice, json=body)

    assert group.status_code == 201
    for person in (alice, bob, charlie):
        assert mine(door, person, group.json()["id"]) is not None


def test_a_room_is_renamed_by_its_owner_and_archived(
    door: Door, alice: Person, bob: Person
) -> None:
    room = make_room(door, alice)
    path = f"/api/conversations/{room['id']}"
    door.put(f"{path}/members/{bob.id}", bob)
    assert_problem(door.patch(path, bob, json={"name": "mine now"}), 403)

    name = f"renamed {uuid.uuid4()}"
    assert door.patch(path, alice, json={"name": name}).json()["name"] == name
    assert door.delete(path, alice).status_code == 204

    refused = door.post("/api/messages", bob, json={"content": "x", "conversation_id": room["id"]})
    assert_problem(refused, 409)


def test_two_rooms_do_not_share_a_name(door: Door, alice: Person, bob: Person) -> None:
    room = make_room(door, alice)

    body = {"kind": "room", "name": room["name"].upper(), "visibility": "public"}
    assert_problem(door.post("/api/conversations", bob, json=body), 409)


def test_a_direct_conversation_cannot_be_changed(
    door: Door, alice: Person, bob: Person, charlie: Person
) -> None:
    message = door.send(alice, recipient_id=bob.id)
    path = f"/api/conversations/{message['conversation_id']}"

    assert_problem(door.put(f"{path}/members/{charlie.id}", alice), 409)
    assert_problem(door.patch(path, alice, json={"name": "ours"}), 409)
    assert_problem(door.delete(f"{path}/members/{alice.id}", alice), 409)
