"""Attacks on messages_service use its fixtures, on one engine: they do not depend on it."""

import pytest

from tests.messages_service.conftest import (
    alice,
    app,
    apps,
    bob,
    charlie,
    dana,
    engine,
    migrated_sqlite,
    parts,
    settings,
    sign_up,
    users_service,
)
from tests.support.emptying import EmptiedSqlite

__all__ = [
    "alice",
    "app",
    "apps",
    "bob",
    "charlie",
    "dana",
    "engine",
    "migrated_sqlite",
    "parts",
    "settings",
    "sign_up",
    "users_service",
]


@pytest.fixture
def database_url(migrated_sqlite: EmptiedSqlite) -> str:
    return migrated_sqlite.empty()
