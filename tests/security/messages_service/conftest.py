"""Attacks on messages_service use its fixtures, on one engine: they do not depend on it."""

import shutil
from pathlib import Path

import pytest

from tests.messages_service.conftest import (
    alice,
    app,
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

__all__ = [
    "alice",
    "app",
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
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'test.sqlite3')}"
