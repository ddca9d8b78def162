"""An admin, and another Parley beside the first: its own messages, the same accounts."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask_openapi3.openapi import OpenAPI

from messages_service.app import create_app
from tests.messages_service.conftest import (
    Person,
    SignUp,
    UsersService,
    make_settings,
    parts_of,
)
from tests.support.in_process import Answer, Client
from tests.support.migrated import empty_sqlite


def make_admin(users_service: UsersService, person: Person) -> Person:
    with sqlite3.connect(users_service.database, timeout=10) as database:
        database.execute("UPDATE users SET role = 'admin' WHERE id = ?", (person.id,))
    return person


@pytest.fixture
def admin(sign_up: SignUp, users_service: UsersService) -> Person:
    return make_admin(users_service, sign_up("dana"))


@pytest.fixture
def other_app(tmp_path: Path, redis_url: str, users_service: UsersService) -> Iterator[OpenAPI]:
    """A fresh Parley's messages_service."""
    path = tmp_path / "other.sqlite3"
    path.write_bytes(empty_sqlite("messages_service"))
    made = create_app(make_settings(f"sqlite:///{path}", redis_url, users_service.url))
    yield made
    with made.app_context():
        parts_of(made).db.engine.dispose()


def at(person: Person, app: OpenAPI) -> Person:
    """The same person as a caller of another app."""
    return Person(person.id, person.name, person.nickname, person.email, person.token, Client(app))


def send_import(person: Person, content: bytes, format_: str = "parley") -> Answer:
    return person.call(
        "POST",
        f"/api/admin/import?format={format_}",
        data=content,
        content_type="application/zip",
    )
