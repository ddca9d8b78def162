"""Attacks on messages_service use its fixtures, on one engine: they do not depend on it."""

import shutil
from pathlib import Path

import pytest

from tests.messages_service.conftest import *  # noqa: F403


@pytest.fixture
def database_url(migrated_sqlite: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(migrated_sqlite, tmp_path / 'test.sqlite3')}"
