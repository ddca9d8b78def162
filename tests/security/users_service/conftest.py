"""users_service in this process, on SQLite."""

import pytest

from tests.support.emptying import EmptiedSqlite
from tests.users_service.conftest import (
    alice,
    apps,
    bob,
    charlie,
    make_service,
    migrated_sqlite,
    service,
)

__all__ = ["alice", "apps", "bob", "charlie", "make_service", "migrated_sqlite", "service"]


@pytest.fixture
def migrated_url(migrated_sqlite: EmptiedSqlite) -> str:
    """A migrated and empty database."""
    return migrated_sqlite.empty()
