"""A database that is locked or read-only: clear answers, nothing half done, reading goes on."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, text

from messages_service.context import Context
from messages_service.messages.outgoing import Outgoing
from tests.messages_service.conftest import Person
from tests.messages_service.messages.batches import contents, store_together
from tests.support.waiting import wait_until

on_postgresql = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: these tests disturb its connections."""
    return own_app


@on_postgresql
def test_a_locked_room_refuses_writes_with_503_and_can_be_read(
    alice: Person, bob: Person, engine: Engine
) -> None:
    room = alice.make_room(bob)
    alice.send("before", room)
    with engine.connect() as other:
        other.execute(text("SELECT id FROM conversations WHERE id = :id FOR UPDATE"), {"id": room})
        refused = alice.post("/api/messages", {"content": "during", "conversation_id": room})
        assert refused.status_code == 503
        assert refused.headers["Retry-After"]
        shown = bob.get(f"/api/conversations/{room}/messages").json
        assert [message["content"] for message in shown] == ["before"]

    assert alice.send("after", room)["seq"] == len(bob.events(room))


@on_postgresql
def test_a_locked_room_does_not_harm_other_rooms_of_its_group(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, database_url: str
) -> None:
    locked_room, room = alice.make_room(bob), alice.make_room(bob)
    batch = [
        Outgoing(alice.id, "1", conversation_id=room),
        Outgoing(alice.id, "refused", conversation_id=locked_room),
        Outgoing(bob.id, "2", conversation_id=room),
        Outgoing(bob.id, "to a person", recipient_id=alice.id),
    ]
    with psycopg.connect(database_url) as other:
        lock_row(other, locked_room)
        assert store_together(app, parts, batch) == [201, 503, 201, 201]

    assert contents(alice, room) == ["1", "2"]
    assert contents(alice, locked_room) == []
    assert store_together(app, parts, batch[1:2]) == [201]


@on_postgresql
def test_every_message_of_a_group_is_stored_once_after_a_deadlock(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, database_url: str
) -> None:
    first, second = alice.make_room(bob), alice.make_room(bob)
    batch = [
        Outgoing(person.id, "x", conversation_id=room, client_id=f"{room}")
        for person in (alice, bob)
        for room in (first, second)
    ]
    with psycopg.connect(database_url) as other, ThreadPoolExecutor(1) as pool:
        other.execute("SET deadlock_timeout = '60s'")  # so that the group is the one to fail
        lock_row(other, second)
        storing = pool.submit(store_together, app, parts, batch)
        wait_until(lambda: is_waiting_for_lock(database_url), what="the group waits")
        lock_row(other, first)  # returns when the server has ended the group's transaction
        other.rollback()
        assert storing.result(20) == [201] * 4

    for room in (first, second):
        assert contents(alice, room) == ["x", "x"]


def lock_row(connection: "psycopg.Connection[Any]", conversation_id: int) -> None:
    """Hold a conversation's row, as another process does while it changes it."""
    connection.execute("SELECT id FROM conversations WHERE id = %s FOR UPDATE", [conversation_id])


def is_waiting_for_lock(database_url: str) -> bool:
    with psycopg.connect(database_url) as connection:
        query = (
            "SELECT 1 FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return connection.execute(query).fetchone() is not None


@on_postgresql
def test_a_read_only_database_refuses_writes_with_503(
    alice: Person, bob: Person, engine: Engine
) -> None:
    chat = alice.send("before", bob)["conversation_id"]
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        name = engine.url.database
        connection.execute(text(f"ALTER DATABASE {name} SET default_transaction_read_only = on"))
        engine.dispose()
        try:
            refused = alice.post("/api/messages", {"content": "during", "conversation_id": chat})
            assert refused.status_code == 503, refused.text
            assert bob.get(f"/api/conversations/{chat}").status_code == 200
        finally:
            connection.execute(text(f"ALTER DATABASE {name} RESET default_transaction_read_only"))
            engine.dispose()

    assert alice.send("after", bob)["seq"] == 2


@on_postgresql
def test_every_database_session_has_timeouts(engine: Engine) -> None:
    with engine.connect() as connection:
        limits = {
            name: connection.execute(text(f"SHOW {name}")).scalar()
            for name in (
                "lock_timeout", "statement_timeout", "idle_in_transaction_session_timeout",
            )
        }  # fmt: skip
    assert limits == {
        "lock_timeout": "3s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "10s",
    }
