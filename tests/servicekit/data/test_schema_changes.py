"""Migrations only add, so that the code of the former revision goes on serving meanwhile.

No former code runs here: what it needs is checked in the schema, and by its SQL statements.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import Column, Engine, MetaData, Table, create_engine

import messages_service.app
import users_service.app
from servicekit.data.db import POSTGRES_TIMEOUTS
from tests.messages_service import conftest as messages
from tests.support.waiting import wait_until
from tests.users_service import conftest as users

MIGRATIONS = {
    "users_service": users_service.app.MIGRATIONS,
    "messages_service": messages_service.app.MIGRATIONS,
}
NOT_ADDING = {("users_service", "0005"), ("users_service", "0013")}
"""They replace a column of code that was never released, so no released code can meet them."""
LONGEST_WAIT = 3.0
"""Seconds: `lock_timeout`, after which a request is answered with 503."""
FORMER_WRITES = """
INSERT INTO messages (conversation_id, seq, author_id, client_id, content, html, created_at)
VALUES (1, %(seq)s, 1, %(client_id)s, 'x', '<p>x</p>', now());
INSERT INTO events (conversation_id, seq, type, date, data)
VALUES (1, %(seq)s, 'message.created', now(), '{}');
UPDATE conversations SET last_seq = %(seq)s, last_message_seq = %(seq)s, active_at = now()
WHERE id = 1;
INSERT INTO outbox (topic, payload, created_at) VALUES ('conversation:1', '{}', now())
"""
"""A message as messages_service stored it at its first revision."""


def revisions(service: str) -> list[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS[service]))
    scripts = ScriptDirectory.from_config(config)
    return [script.revision for script in scripts.walk_revisions()][::-1]


def app_of(service: str, database_url: str) -> Flask:
    redis_url = "redis://127.0.0.1:1"
    if service == "users_service":
        return users_service.app.create_app(users.make_settings(database_url, redis_url))
    settings = messages.make_settings(database_url, redis_url, "http://127.0.0.1:1")
    return messages_service.app.create_app(settings)


def migrate(service: str, database_url: str, revision: str = "head") -> None:
    app = app_of(service, database_url)
    with app.app_context():
        upgrade(directory=str(MIGRATIONS[service]), revision=revision)
        app.extensions["sqlalchemy"].engine.dispose()


@contextmanager
def connected(database_url: str) -> Iterator[Engine]:
    engine = create_engine(database_url.replace("postgresql://", "postgresql+psycopg://"))
    yield engine
    engine.dispose()


def reflected(database_url: str) -> dict[str, Table]:
    metadata = MetaData()
    with connected(database_url) as engine:
        metadata.reflect(engine)
    return dict(metadata.tables)


@pytest.mark.slow
def test_each_migration_keeps_what_the_former_code_uses(database_url: str) -> None:
    for service in MIGRATIONS:
        check_each_migration(service, database_url.replace("test.sqlite3", f"{service}.sqlite3"))
        if not database_url.startswith("sqlite"):
            with psycopg.connect(database_url) as connection:
                connection.execute("DROP SCHEMA public CASCADE")
                connection.execute("CREATE SCHEMA public")


def check_each_migration(service: str, database_url: str) -> None:
    first, *later = revisions(service)
    assert later
    migrate(service, database_url, first)
    former = reflected(database_url)
    for revision in later:
        migrate(service, database_url, revision)
        current = reflected(database_url)
        if (service, revision) not in NOT_ADDING:
            assert problems_for_former_code(former, current) == [], (service, revision)
        former = current


def problems_for_former_code(former: dict[str, Table], current: dict[str, Table]) -> list[str]:
    """Why statements with the former tables and columns would fail."""
    found = []
    for name, table in former.items():
        if name not in current:
            found.append(f"{name} is gone")
            continue
        columns = current[name].columns
        for column in table.columns:
            if column.name not in columns:
                found.append(f"{column} is gone")
            elif column.nullable and not columns[column.name].nullable:
                found.append(f"{column} may not be NULL any more")
        new = [column for column in columns if column.name not in table.columns]
        found += [f"{column} has no default" for column in new if is_needed(column)]
    return found


def is_needed(column: "Column[object]") -> bool:
    return not column.nullable and column.server_default is None and not column.primary_key


def test_a_migration_that_breaks_former_code_is_found() -> None:
    """The check itself, by the one exception."""
    former, current = MetaData(), MetaData()
    Table("people", former, Column("id", primary_key=True), Column("name", nullable=True))
    Table("people", current, Column("id", primary_key=True), Column("key", nullable=False))
    found = problems_for_former_code(dict(former.tables), dict(current.tables))
    assert found == ["people.name is gone", "people.key has no default"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_former_statements_succeed_while_a_database_is_migrated(database_url: str) -> None:
    service = "messages_service"
    migrate(service, database_url, revisions(service)[0])
    with psycopg.connect(database_url) as connection:
        connection.execute(
            "INSERT INTO conversations (kind, visibility, created_by, created_at, active_at)"
            " VALUES ('room', 'public', 1, now(), now())"
        )
    writer = FormerWriter(database_url)
    writer.start()
    wait_until(lambda: len(writer.seconds) > 20)
    migrate(service, database_url)
    count = len(writer.seconds)
    wait_until(lambda: len(writer.seconds) > count + 20)
    writer.stop()

    assert writer.errors == []
    assert max(writer.seconds) < LONGEST_WAIT
    with psycopg.connect(database_url) as connection:
        stored = connection.execute("SELECT count(*), max(seq) FROM messages").fetchone()
    assert stored == (len(writer.seconds), len(writer.seconds))


class FormerWriter(threading.Thread):
    """Stores one message after the other by FORMER_WRITES, with the limits of a service."""

    def __init__(self, database_url: str) -> None:
        super().__init__(daemon=True)
        self.seconds: list[float] = []
        self.errors: list[Exception] = []
        self._database_url = database_url
        self._stopping = threading.Event()

    def run(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in POSTGRES_TIMEOUTS.items())
        with psycopg.connect(self._database_url, options=options) as connection:
            while not self._stopping.is_set() and not self.errors:
                seq, began = len(self.seconds) + 1, time.monotonic()
                try:
                    with connection.transaction():
                        for statement in FORMER_WRITES.split(";"):
                            connection.execute(
                                statement.encode(), {"seq": seq, "client_id": str(seq)}
                            )
                except psycopg.Error as error:
                    self.errors.append(error)
                self.seconds.append(time.monotonic() - began)

    def stop(self) -> None:
        self._stopping.set()
        self.join(20)
