"""Databases with the newest schema, migrated once in a run and then copied."""

from collections.abc import Iterable
from pathlib import Path

from deploy.local.migrations import migrate
from deploy.local.programs import Program

PREFIX = "sqlite:///"
_migrated: dict[str, bytes] = {}
"""The empty SQLite databases by the names of their files."""


def migrate_or_copy(programs: Iterable[Program]) -> None:
    """Bring the databases to the newest schema; a new SQLite file is a copy of the first one."""
    programs = list(programs)
    urls = [program.environ.get("DATABASE_URL", "") for program in programs]
    files = [Path(url.removeprefix(PREFIX)) for url in urls if url.startswith(PREFIX)]
    new = [path for path in files if not path.exists()]
    for path in new:
        if path.name in _migrated:
            path.write_bytes(_migrated[path.name])
    migrate(programs)
    for path in new:
        _migrated.setdefault(path.name, path.read_bytes())
