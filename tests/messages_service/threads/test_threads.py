"""Threads: replies, what their first message says of them, who follows them and has read them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask_migrate import downgrade, upgrade
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, select

from messages_service.app import MIGRATIONS
from messages_service.models import outbox
from messages_service.threads import follows
from tests.messages_service.conftest import Person
from tests.support.in_process import Answer

sqlite_only = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
Json = dict[str, Any]
Notices = Callable[[Person], list[Json]]


@pytest.fixture
def notices(engine: Engine) -> Notices:
    """The notices about threads to a person that were not published yet, which are all."""

    def read(person: Person) -> list[Json]:
        query = select(outbox.c.payload).where(outbox.c.topic == f"user:{person.id}")
        with engine.connect() as connection:
            found = [json.loads(text) for text in connection.execute(query).scalars()]
        return [notice["data"] for notice in found if notice["type"] == "thread"]

    return read


def contents(answer: Answer) -> list[str]:
    return [message["content"] for message in answer.json]


def timeline(person: Person, conversation_id: int) -> list[str]:
    return contents(person.get(f"/api/conversations/{conversation_id}/messages"))


def state(person: Person, message_id: int) -> tuple[bool, int]:
    shown = person.get(f"/api/messages/{message_id}/thread").json
    return shown["following"], shown["unread"]


def unread_threads(person: Person, conversation_id: int) -> list[int]:
    ids: list[int] = person.get(f"/api/conversations/{conversation_id}").json["unread_threads"]
    return ids


def test_replies_are_in_their_thread_and_only_on_request_in_the_conversation(
    alice: Person, bob: Person
) -> None:
    first = alice.send("Lunch?", bob)
    chat, message_id = first["conversation_id"], first["id"]
    assert (first["thread_id"], first["also_in_conversation"], first["thread"]) == (
        None,
        False,
        None,
    )

    quiet = bob.send("Yes", alice, reply_to=message_id)
    loud = bob.send("At noon", alice, reply_to=message_id, also_in_conversation=True)
    nested = alice.send("Fine", bob, reply_to=quiet["id"])

    assert timeline(alice, chat) == ["Lunch?", "At noon"]
    assert [reply["thread_id"] for reply in (quiet, loud, nested)] == [message_id] * 3
    assert nested["reply_to"] == quiet["id"]
    assert (quiet["also_in_conversation"], loud["also_in_conversation"]) == (False, True)
    for of_thread in (first, quiet):
        replies = alice.get(f"/api/messages/{of_thread['id']}/replies")
        assert contents(replies) == ["Yes", "At noon", "Fine"]
    shown = bob.get(f"/api/messages/{message_id}").json["thread"]
    assert shown == {
        "reply_count": 3,
        "last_reply_at": nested["date"],
        "participant_ids": [bob.id, alice.id],
        "participants": [quiet["author"], nested["author"]],
    }
    last = alice.get(f"/api/conversations/{chat}").json["last_message"]
    assert last["content"] == "At noon"
    assert contents(alice.get(f"/api/conversations/{chat}/messages?around={quiet['seq']}")) == [
        "Lunch?",
        "At noon",
    ]


def test_each_reply_and_each_deleted_reply_updates_the_first_message(
    alice: Person, bob: Person
) -> None:
    first = alice.send("Lunch?", bob)
    reply = bob.send("Yes", alice, reply_to=first["id"])
    assert bob.delete(f"/api/messages/{reply['id']}").status_code == 204

    events = alice.events(first["conversation_id"], after=reply["seq"] - 1)
    assert [event["type"] for event in events] == [
        "message.created", "thread.updated", "message.deleted", "thread.updated",
    ]  # fmt: skip
    counted, left_out = events[1]["data"], events[3]["data"]
    assert counted["message_id"] == left_out["message_id"] == first["id"]
    assert counted["thread"]["reply_count"] == 1
    assert left_out["thread"] is None
    assert alice.get(f"/api/messages/{first['id']}").json["thread"] is None


@sqlite_only
def test_replies_to_deleted_and_foreign_messages_are_refused(
    alice: Person, bob: Person, charlie: Person
) -> None:
    elsewhere = alice.send("secret", charlie)
    place = {"content": "x", "recipient_id": alice.id}
    answer = bob.post("/api/messages", {**place, "reply_to": elsewhere["id"]})
    assert answer.status_code == 422
    assert answer.json["errors"][0]["field"] == "reply_to"

    first = alice.send("Lunch?", bob)
    reply = bob.send("Yes", alice, reply_to=first["id"])
    alice.delete(f"/api/messages/{first['id']}")
    for deleted in (first, reply):
        answer = bob.post("/api/messages", {**place, "reply_to": deleted["id"]})
        assert answer.status_code == 409, answer.text
        assert answer.json["type"].endswith(":message-deleted")


@sqlite_only
def test_a_repeated_reply_is_counted_once(alice: Person, bob: Person) -> None:
    first = alice.send("Lunch?", bob)
    body = {"content": "Yes", "recipient_id": alice.id, "reply_to": first["id"], "client_id": "c1"}
    one, again = (bob.post("/api/messages", body) for _ in range(2))

    assert (one.status_code, again.status_code, one.json) == (201, 200, again.json)
    assert bob.post("/api/messages", {**body, "also_in_conversation": True}).status_code == 409
    assert alice.get(f"/api/messages/{first['id']}").json["thread"]["reply_count"] == 1


def test_replies_are_unread_in_their_thread_not_in_the_conversation(
    alice: Person, bob: Person, charlie: Person, notices: Notices
) -> None:
    room = alice.make_room(bob, charlie)
    first = alice.send("Lunch?", room)
    message_id, path = first["id"], f"/api/messages/{first['id']}/thread"
    reply = bob.send("Yes", room, reply_to=message_id)
    bob.send("At noon", room, reply_to=message_id)

    assert alice.get(f"/api/conversations/{room}").json["unread"] == 0
    assert [state(who, message_id) for who in (alice, bob, charlie)] == [
        (True, 2), (True, 0), (False, 0),
    ]  # fmt: skip
    assert (unread_threads(alice, room), unread_threads(charlie, room)) == ([message_id], [])
    assert [notice["unread"] for notice in notices(alice)] == [1, 2]
    assert notices(charlie) == []

    read = alice.put(f"{path}/read", {"seq": reply["seq"]}).json
    assert (read["read_seq"], read["unread"]) == (reply["seq"], 1)
    assert alice.put(f"{path}/read", {"seq": 2**50}).json["unread"] == 0
    assert alice.put(f"{path}/read", {"seq": 1}).json["unread"] == 0
    assert unread_threads(alice, room) == []
    assert [notice["unread"] for notice in notices(alice)] == [1, 2, 1, 0]


def test_a_thread_is_followed_and_unfollowed(
    alice: Person, bob: Person, charlie: Person, notices: Notices
) -> None:
    room = alice.make_room(bob, charlie)
    first = alice.send("Lunch?", room)
    message_id, path = first["id"], f"/api/messages/{first['id']}/thread/follow"

    for _ in range(2):
        assert charlie.put(path).json["following"]
        assert alice.delete(path).status_code == 204
    bob.send("Yes", room, reply_to=message_id)
    assert [state(who, message_id) for who in (alice, charlie)] == [(False, 1), (True, 1)]
    assert unread_threads(alice, room) == []

    alice.send("Good", room, reply_to=message_id)
    assert state(alice, message_id) == (True, 0)
    charlie.delete(f"/api/conversations/{room}/members/{charlie.id}")
    before = len(notices(charlie))
    bob.send("At noon", room, reply_to=message_id)
    assert state(alice, message_id) == (True, 1)
    assert len(notices(charlie)) == before
    assert charlie.get("/api/threads").json == []
    assert charlie.put(path).status_code == 404


@sqlite_only
def test_a_mention_follows_the_thread(alice: Person, bob: Person, engine: Engine) -> None:
    room = alice.make_room(bob)
    first = alice.send("Lunch?", room)
    alice.send("earlier", room, reply_to=first["id"])
    reply = alice.send("@bob?", room, reply_to=first["id"])

    with engine.begin() as connection:
        follows.follow_by_mention(connection, first["id"], [bob.id], reply["seq"])

    assert state(bob, first["id"]) == (True, 1)


def test_followed_threads_are_listed_with_their_unread_counts(alice: Person, bob: Person) -> None:
    firsts = [alice.send(f"{number}?", bob) for number in range(3)]
    for first in firsts:
        bob.send(f"re {first['content']}", alice, reply_to=first["id"])
    alice.send("and me", bob, reply_to=firsts[0]["id"])

    found = alice.get("/api/threads").json
    assert [thread["id"] for thread in found] == [firsts[number]["id"] for number in (0, 2, 1)]
    assert [thread["unread"] for thread in found] == [0, 1, 1]
    assert found[0]["last_reply"]["content"] == "and me"
    assert found[0]["message"]["thread"]["reply_count"] == 2
    unread = alice.get("/api/threads?unread=true").json
    assert [thread["message_id"] for thread in unread] == [firsts[2]["id"], firsts[1]["id"]]
    assert [thread["id"] for thread in alice.get("/api/threads?unread=false").json] == [
        firsts[0]["id"]
    ]
    page = alice.get("/api/threads?limit=1")
    assert [thread["id"] for thread in page.json] == [firsts[0]["id"]]
    assert f"before={firsts[0]['id']}" in page.headers["Link"]


def test_replies_from_before_threads_stay_in_the_conversation(
    app: OpenAPI, alice: Person, bob: Person
) -> None:
    first = alice.send("Lunch?", bob)
    reply = bob.send("Yes", alice, reply_to=first["id"], also_in_conversation=True)
    alice.send("Fine", bob, reply_to=reply["id"], also_in_conversation=True)
    before = [alice.get(f"/api/messages/{first['id']}{path}").json for path in ("", "/replies")]
    with app.app_context():
        downgrade(directory=str(MIGRATIONS), revision="0012")
        upgrade(directory=str(MIGRATIONS))

    after = [alice.get(f"/api/messages/{first['id']}{path}").json for path in ("", "/replies")]
    assert after == before
    assert timeline(bob, first["conversation_id"]) == ["Lunch?", "Yes", "Fine"]
    assert [state(who, first["id"]) for who in (alice, bob)] == [(True, 0)] * 2
