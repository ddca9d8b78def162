"""users_service in this process, on SQLite."""

import shutil
from pathlib import Path

import pytest

from tests.users_service.conftest import (
    alice,
    bob,
    charlie,
    empty_sqlite,
    make_service,
    service,
)

__all__ = ["alice", "bob", "charlie", "empty_sqlite", "make_service", "service"]


@pytest.fixture
def migrated_url(empty_sqlite: Path, tmp_path: Path) -> str:
    """A migrated and empty database."""
    shutil.copy(empty_sqlite, tmp_path / "users.sqlite3")
    return f"sqlite:///{tmp_path / 'users.sqlite3'}"
