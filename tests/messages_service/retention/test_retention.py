"""Retention: what is too old goes with all that belongs to it; what is newer stays."""

import sqlite3
from datetime import timedelta

import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, func, select, update

from messages_service.attachments.actions import sweep
from messages_service.attachments.models import blobs
from messages_service.audit.models import acts
from messages_service.context import Context
from messages_service.indexing.models import search_entries
from messages_service.messages.deleting import purge_deletions
from messages_service.models import deletions, events, message_edits, messages, reactions
from messages_service.pins.models import pins
from messages_service.retention.expiring import expire_old_messages
from messages_service.retention.models import retention_positions, retention_rules
from messages_service.saved.models import saved_messages
from servicekit.times import utcnow
from tests.messages_service.attachments.files import NOISE, uploaded
from tests.messages_service.conftest import Person, UsersService

SECRET = "the treasure is under the oak"


@pytest.fixture
def admin(charlie: Person, users_service: UsersService) -> Person:
    with sqlite3.connect(users_service.database, timeout=10) as database:
        database.execute("UPDATE users SET role = 'admin' WHERE id = ?", (charlie.id,))
    return charlie


@pytest.fixture(autouse=True)
def no_rules(engine: Engine) -> None:
    """PostgreSQL's tables are emptied after each test."""
    with engine.begin() as connection:
        connection.execute(retention_rules.delete())
        connection.execute(retention_rules.insert().values(conversation_id=0))


def expire(app: OpenAPI, parts: Context) -> None:
    with app.app_context():
        expire_old_messages(parts)
        sweep(parts)


def make_old(engine: Engine, days: int, *ids: int) -> None:
    with engine.begin() as connection:
        old = update(messages).where(messages.c.id.in_(ids))
        connection.execute(old.values(created_at=utcnow() - timedelta(days=days)))
        connection.execute(retention_positions.delete())


def test_old_messages_are_removed_with_all_that_belongs_to_them(
    admin: Person, alice: Person, bob: Person, app: OpenAPI, parts: Context, engine: Engine
) -> None:
    room = alice.make_room(bob)
    file = uploaded(alice, NOISE, "oak.bin")
    old = alice.send(SECRET, room, attachments=[file["id"]])
    alice.patch(f"/api/messages/{old['id']}", {"content": f"{SECRET}!"})
    bob.put(f"/api/messages/{old['id']}/reactions/👍")
    bob.put(f"/api/messages/{old['id']}/pin")
    bob.put(f"/api/messages/{old['id']}/saved")
    reply = bob.send("a reply", room, reply_to=old["id"])
    new = bob.send("new", room)
    make_old(engine, 8, old["id"], reply["id"])
    seqs = [event["seq"] for event in bob.events(room)]

    assert admin.patch("/api/retention", {"days": 7}).json == {"days": 7, "conversations": []}
    expire(app, parts)

    shown = bob.get(f"/api/conversations/{room}/messages").json
    assert [message["id"] for message in shown] == [new["id"]]
    assert alice.get(f"/api/attachments/{file['id']}").status_code == 404
    assert bob.get("/api/search?q=treasure").json == bob.get("/api/saved").json == []
    log = bob.events(room)
    assert [event["seq"] for event in log][: len(seqs)] == seqs
    assert [event["type"] for event in log].count("message.deleted") == 2
    with engine.connect() as connection:
        for table in (message_edits, reactions, pins, saved_messages):
            assert connection.execute(select(func.count()).select_from(table)).scalar_one() == 0
        stored = [
            *connection.execute(select(events.c.data)).scalars(),
            *connection.execute(select(messages.c.content)).scalars(),
            *connection.execute(select(search_entries.c.text)).scalars(),
        ]
        assert connection.execute(select(func.count()).select_from(blobs)).scalar_one() == 0
    assert not [text for text in stored if "treasure" in text]


def test_a_conversation_may_have_a_rule_of_its_own(
    admin: Person, alice: Person, bob: Person, app: OpenAPI, parts: Context, engine: Engine
) -> None:
    places = [alice.make_room(bob) for _ in range(3)]
    sent = [alice.send("old", place)["id"] for place in places]
    make_old(engine, 8, *sent)
    short, ever, _usual = places

    rules = {"days": 30, "conversations": {str(short): 7, str(ever): None}}
    shown = admin.patch("/api/retention", rules).json
    expire(app, parts)
    make_old(engine, 31, *sent)
    expire(app, parts)

    with engine.connect() as connection:
        recorded = connection.execute(select(acts.c.action, acts.c.actor_id)).all()
    assert recorded == [("retention.changed", admin.id)] * 3
    assert [(e["conversation_id"], e["days"]) for e in shown["conversations"]] == [
        (short, 7),
        (ever, None),
    ]
    left = [len(alice.get(f"/api/conversations/{place}/messages").json) for place in places]
    assert left == [0, 1, 0]
    shown = admin.patch("/api/retention", {"conversations": {str(ever): "place"}}).json
    assert [e["conversation_id"] for e in shown["conversations"]] == [short]
    assert shown["days"] == 30
    expire(app, parts)
    assert alice.get(f"/api/conversations/{ever}/messages").json == []


def test_many_old_messages_are_removed_in_batches(
    admin: Person, alice: Person, app: OpenAPI, parts: Context, engine: Engine
) -> None:
    room = alice.make_room()
    make_old(engine, 2, *[alice.send(f"old {n}", room)["id"] for n in range(120)])
    admin.patch("/api/retention", {"days": 1})

    expire(app, parts)

    assert alice.get(f"/api/conversations/{room}/messages").json == []


def test_without_a_rule_everything_stays_and_only_admins_change_rules(
    admin: Person, alice: Person, app: OpenAPI, parts: Context, engine: Engine
) -> None:
    room = alice.make_room()
    make_old(engine, 9999, alice.send("old", room)["id"])
    expire(app, parts)

    assert len(alice.get(f"/api/conversations/{room}/messages").json) == 1
    assert alice.get("/api/retention").status_code == 403
    assert alice.patch("/api/retention", {"days": 1}).status_code == 403
    for wrong in ({"days": 0}, {"days": "x"}, {"conversations": {"987654": 1}},
                  {"conversations": {str(room): "ever"}}, {"years": 1}):  # fmt: skip
        assert admin.patch("/api/retention", wrong).status_code == 422, wrong
    assert admin.get("/api/retention").json == {"days": None, "conversations": []}


def test_purging_a_deleted_message_removes_its_saved_marks(
    alice: Person, bob: Person, app: OpenAPI, parts: Context, engine: Engine
) -> None:
    message = alice.send("oops", bob)
    bob.put(f"/api/messages/{message['id']}/saved")
    alice.delete(f"/api/messages/{message['id']}")
    with engine.begin() as connection:
        earlier = utcnow() - timedelta(minutes=1)
        connection.execute(update(deletions).values(deleted_at=earlier))
    with app.app_context():
        purge_deletions(parts)

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(saved_messages)).scalar() == 0
