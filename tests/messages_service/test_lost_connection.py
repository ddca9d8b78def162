"""A PostgreSQL connection lost around COMMIT: a clear answer, and every message at most once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Connection, Engine, event, make_url

from messages_service.app import create_app
from messages_service.context import Context
from messages_service.messages.outgoing import Outgoing
from tests.messages_service.conftest import (
    Person,
    SignUp,
    UsersService,
    make_settings,
    parts_of,
)
from tests.messages_service.messages.batches import store_together
from tests.support.proxy import Proxy
from tests.support.waiting import wait_until

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
COMMITTED = b"COMMIT\0"
"""The server's answer to COMMIT."""


@pytest.fixture
def proxy(database_url: str) -> Iterator[Proxy]:
    """A proxy between the service and PostgreSQL."""
    port = make_url(database_url).port
    assert port is not None
    proxy = Proxy(port)
    yield proxy
    proxy.close()


@pytest.fixture
def proxied(
    database_url: str, redis_url: str, users_service: UsersService, proxy: Proxy
) -> Iterator[OpenAPI]:
    """The app, connected to its database by the proxy."""
    url = make_url(database_url).set(port=proxy.port).render_as_string(hide_password=False)
    app = create_app(make_settings(url, redis_url, users_service.url))
    yield app
    with app.app_context():
        parts_of(app).db.engine.dispose()


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: these tests end its connections."""
    return own_app


def count_messages(database_url: str, client_id: str) -> int:
    with psycopg.connect(database_url) as connection:
        query = "SELECT count(*) FROM messages WHERE client_id = %s"
        row = connection.execute(query, [client_id]).fetchone()
        assert row is not None
        return int(row[0])


def terminate_at_commit(engine: Engine, database_url: str) -> None:
    """End the next session that commits, after its last statement and before its COMMIT."""

    def terminate(connection: Connection) -> None:
        driver_connection: Any = connection.connection.dbapi_connection
        with psycopg.connect(database_url, autocommit=True) as other:
            query = "SELECT pg_terminate_backend(%s, 5000)"
            assert other.execute(query, [driver_connection.info.backend_pid]).fetchone() == (True,)

    event.listen(engine, "commit", terminate, once=True)


def test_a_message_whose_commit_was_not_confirmed_is_stored_once(
    proxied: OpenAPI, proxy: Proxy, sign_up: SignUp, database_url: str
) -> None:
    alice, bob = sign_up("alice", proxied), sign_up("bob", proxied)
    room = alice.make_room(bob)
    body = {"content": "committed", "conversation_id": room, "client_id": "unconfirmed"}
    alice.send("before", room)
    proxy.lose(COMMITTED)
    with ThreadPoolExecutor(1) as pool:
        sending = pool.submit(alice.post, "/api/messages", body)
        wait_until(lambda: count_messages(database_url, "unconfirmed") == 1)
        proxy.cut()
        proxy.heal()
        answer = sending.result(20)
    assert answer.status_code == 503
    assert "perhaps after the change was stored" in answer.json["detail"]

    repeated = alice.post("/api/messages", body)
    assert repeated.status_code == 200
    assert alice.send("after", room)["seq"] == repeated.json["seq"] + 1
    assert count_messages(database_url, "unconfirmed") == 1


def test_a_message_whose_session_ended_before_commit_can_be_sent_again(
    alice: Person, bob: Person, engine: Engine, database_url: str
) -> None:
    room = alice.make_room(bob)
    before = alice.send("before", room)
    terminate_at_commit(engine, database_url)
    body = {"content": "lost", "conversation_id": room, "client_id": "lost"}

    assert alice.post("/api/messages", body).status_code == 503
    assert count_messages(database_url, "lost") == 0
    repeated = alice.post("/api/messages", body)
    assert (repeated.status_code, repeated.json["seq"]) == (201, before["seq"] + 1)
    assert count_messages(database_url, "lost") == 1


def test_a_group_whose_session_ended_before_commit_is_not_stored_in_part(
    app: OpenAPI, parts: Context, alice: Person, bob: Person, engine: Engine, database_url: str
) -> None:
    room = alice.make_room(bob)
    group = [
        Outgoing(person.id, "lost", conversation_id=room, client_id=f"group {number}")
        for number, person in enumerate((alice, bob, alice, bob))
    ]
    last_seq = alice.send("before", room)["seq"]
    terminate_at_commit(engine, database_url)

    assert store_together(app, parts, group) == [503] * 4
    assert len(alice.events(room)) == last_seq
    assert store_together(app, parts, group) == [201] * 4
    assert [event["seq"] for event in alice.events(room, last_seq)] == [
        last_seq + number for number in range(1, 5)
    ]


def test_a_connection_lost_after_the_commit_does_not_change_the_answer(
    app: OpenAPI, alice: Person, bob: Person, engine: Engine, database_url: str
) -> None:
    """The request's session is closed after the response is made."""
    room = alice.make_room(bob)

    def terminate_others() -> None:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    def after_response(response: Any) -> Any:
        terminate_others()
        return response

    app.after_request_funcs.setdefault(None, []).append(after_response)
    assert alice.post("/api/messages", {"content": "1", "conversation_id": room}).status_code == 201
    assert bob.get(f"/api/conversations/{room}/messages").status_code == 200
