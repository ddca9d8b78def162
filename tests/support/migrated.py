"""Databases with the newest schema: SQLite files are migrated once in this process, then copied."""

import tempfile
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import upgrade

import messages_service.app
import users_service.app
from deploy.local.migrations import migrate
from deploy.local.programs import DATA_SERVICES, Program
from messages_service.settings import MessagesSettings
from users_service.settings import UsersSettings

PREFIX = "sqlite:///"
NOWHERE: dict[str, Any] = {
    "redis_url": "redis://127.0.0.1:1",
    "service_secret": "s" * 32,
    "log_level": "ERROR",
}


def migrate_programs(programs: Iterable[Program]) -> None:
    """As the runner does; a new SQLite file is a copy, because a migration starts a process."""
    programs = [program for program in programs if program.name in DATA_SERVICES]
    for program in programs:
        url = program.environ["DATABASE_URL"]
        path = Path(url.removeprefix(PREFIX))
        if url.startswith(PREFIX) and not path.exists():
            path.write_bytes(empty_sqlite(program.name))
    migrate(programs)


def place_databases(data_dir: Path) -> None:
    """Put the databases there that the first start of `make run` would make, in a moment."""
    data_dir.mkdir(mode=0o700)
    for service in DATA_SERVICES:
        path = data_dir / f"{service.removesuffix('_service')}.sqlite3"
        path.write_bytes(empty_sqlite(service))


@cache
def empty_sqlite(service: str) -> bytes:
    """The content of the service's migrated and empty database file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.sqlite3"
        upgrade_database(_APPS[service](f"{PREFIX}{path}"))
        return path.read_bytes()


def upgrade_database(app: Flask) -> None:
    """Bring the app's database up to date."""
    migrations = app.extensions["migrate"]
    with app.app_context():
        upgrade(directory=migrations.directory)
        migrations.db.engine.dispose()


def _users_app(url: str) -> Flask:
    return users_service.app.create_app(UsersSettings(database_url=url, **NOWHERE))


def _messages_app(url: str) -> Flask:
    settings = MessagesSettings(database_url=url, users_url="http://127.0.0.1:1", **NOWHERE)
    return messages_service.app.create_app(settings)


_APPS: dict[str, Callable[[str], Flask]] = {
    "users_service": _users_app,
    "messages_service": _messages_app,
}
