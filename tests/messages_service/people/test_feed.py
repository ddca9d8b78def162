"""Changes of people reach messages_service, also after trouble with its database."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
import requests
from flask_openapi3.openapi import OpenAPI
from prometheus_client import REGISTRY
from sqlalchemy import Engine, create_engine, text

from messages_service.context import Context
from messages_service.people.feed import StoredPosition
from servicekit.data import db as servicekit_db
from servicekit.identity.feed import Page
from servicekit.web.app import start_background, stop_background
from tests.messages_service.conftest import Person, SignUp, UsersService
from tests.support.waiting import wait_until

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def app(own_app: OpenAPI) -> OpenAPI:
    """Of each test's own: these tests start its threads."""
    return own_app


@pytest.fixture(autouse=True)
def impatient_sqlite(monkeypatch: pytest.MonkeyPatch) -> None:
    """A locked SQLite is given up after a fifth of a second instead of ten."""
    monkeypatch.setattr(servicekit_db, "BUSY_TIMEOUT_MS", 200)


@contextmanager
def running(app: OpenAPI) -> Iterator[None]:
    start_background(app)
    try:
        yield
    finally:
        stop_background(app)


@contextmanager
def locked(engine: Engine) -> Iterator[None]:
    """No other connection can write people."""
    other = create_engine(engine.url, isolation_level="AUTOCOMMIT")
    with other.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        connection.execute(text("BEGIN IMMEDIATE" if is_sqlite else "BEGIN"))
        if not is_sqlite:
            connection.execute(text("LOCK TABLE profiles IN EXCLUSIVE MODE"))
        yield
        connection.execute(text("ROLLBACK"))
    other.dispose()


def rename(users: UsersService, person: Person, name: str) -> None:
    change(users, "PATCH", person, {"name": name})


def change(users: UsersService, method: str, person: Person, body: Any = None) -> None:
    answer = requests.request(
        method,
        f"{users.url}/api/users/{person.id}",
        json=body,
        headers={"Authorization": f"Bearer {person.token}"},
        timeout=10,
    )
    assert answer.ok, answer.text


def counted(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def stored(engine: Engine, person: Person) -> Any:
    with engine.connect() as connection:
        query = text("SELECT name, active FROM profiles WHERE id = :id")
        return connection.execute(query, {"id": person.id}).one_or_none()


def is_level(engine: Engine, users: UsersService) -> bool:
    """Whether the saved position is the feed's end."""
    with closing(sqlite3.connect(users.database)) as database:
        (end,) = database.execute("SELECT last_seq FROM feed_head").fetchone()
    with engine.connect() as connection:
        query = text("SELECT value FROM meta WHERE key = 'feed_position'")
        return int(connection.execute(query).scalar_one()) == int(end)


def test_changes_made_while_the_database_is_locked_are_stored_later(
    app: OpenAPI, engine: Engine, alice: Person, bob: Person, users_service: UsersService
) -> None:
    with running(app):
        wait_until(lambda: stored(engine, bob))
        failures = counted("parley_feed_failures_total")
        with locked(engine):
            rename(users_service, alice, "Alicia")
            change(users_service, "DELETE", bob)
            wait_until(lambda: counted("parley_feed_failures_total") > failures, 20)
        wait_until(lambda: stored(engine, alice).name == "Alicia")
        wait_until(lambda: not stored(engine, bob).active)
        wait_until(lambda: is_level(engine, users_service))


@on_sqlite
def test_an_invalid_entry_is_set_aside_and_counted(
    app: OpenAPI, engine: Engine, alice: Person, users_service: UsersService
) -> None:
    name = "parley_feed_set_aside_total"
    before = counted(name, type="user.updated")
    with closing(sqlite3.connect(users_service.database)) as database, database:
        database.execute("UPDATE feed_head SET last_seq = last_seq + 1")
        database.execute(
            "INSERT INTO feed (seq, type, data, date)"
            " SELECT last_seq, 'user.updated', '{\"id\": 1}', '2026-01-01' FROM feed_head"
        )
    rename(users_service, alice, "Alicia")

    with running(app):
        wait_until(lambda: stored(engine, alice) and stored(engine, alice).name == "Alicia")

    assert counted(name, type="user.updated") == before + 1


@on_sqlite
def test_changes_arrive_after_users_service_sets_its_clock_back(
    app: OpenAPI, engine: Engine, alice: Person, users_service: UsersService
) -> None:
    with running(app):
        wait_until(lambda: is_level(engine, users_service))
        with engine.begin() as connection:
            connection.execute(text("UPDATE profiles SET updated_at = '2999-01-01'"))
        rename(users_service, alice, "Alicia")
        wait_until(lambda: stored(engine, alice).name == "Alicia")


def test_a_worker_starts_while_its_database_is_in_trouble(
    app: OpenAPI, engine: Engine, alice: Person
) -> None:
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE meta RENAME TO away"))
    try:
        failures = counted("parley_feed_failures_total")
        start_background(app)
        wait_until(lambda: counted("parley_feed_failures_total") > failures)
    finally:
        with engine.begin() as connection:
            connection.execute(text("ALTER TABLE away RENAME TO meta"))
    wait_until(lambda: stored(engine, alice))
    stop_background(app)


def test_only_one_of_two_processes_handles_a_page(app: OpenAPI) -> None:
    position = StoredPosition(app)
    handled: list[Any] = []
    page = Page(
        after=0, end=7, entries=[{"seq": 7, "type": "user.updated", "data": {}}], is_last=True
    )

    position.advance(page, handled.append)
    position.advance(page, handled.append)

    assert handled == page.entries
    assert position.read() == 7


@on_sqlite
def test_a_lookup_does_not_overwrite_newer_data_from_the_feed(
    app: OpenAPI, engine: Engine, parts: Context, sign_up: SignUp, users_service: UsersService
) -> None:
    alice = sign_up("alice")
    rename(users_service, alice, "Alicia")
    with running(app):
        wait_until(lambda: stored(engine, alice) and stored(engine, alice).name == "Alicia")
    rename(users_service, alice, "Alexandra")

    with app.app_context():
        found = parts.profiles._ask(alice.id)
        assert found is not None
        assert found.name == "Alicia"
