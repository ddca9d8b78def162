"""Copies of one database: SQLite by its backup API, PostgreSQL by pg_dump and psql."""

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psycopg
from psycopg.conninfo import conninfo_to_dict

SQLITE_PREFIX = "sqlite:///"
RESTORE_TIMEOUT = 3600
_ENVIRONMENT = {
    "host": "PGHOST",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
_EMPTY = "DROP SCHEMA public CASCADE; CREATE SCHEMA public"


class DatabaseFailed(Exception):
    """A database could not be copied or restored, in one line."""


class Database(Protocol):
    """A database of a data service."""

    @property
    def engine(self) -> str: ...
    @property
    def suffix(self) -> str:
        """Of the file that holds a copy."""

    def has_data(self) -> bool: ...
    def revision(self) -> str:
        """The Alembic revision; "" for an empty database."""

    def check_unused(self) -> None:
        """Raises DatabaseFailed while a program is connected to it, as far as it can know."""

    def copy_to(self, path: Path) -> None:
        """Write a consistent copy, also while it is in use."""

    def replace_by(self, path: Path) -> None:
        """Take over the content of the copy, all or nothing."""


def open_database(url: str) -> Database:
    """A database by its SQLAlchemy URL."""
    if url.startswith(SQLITE_PREFIX):
        return SqliteDatabase(Path(url.removeprefix(SQLITE_PREFIX)))
    return PostgresqlDatabase(url.replace("postgresql+psycopg://", "postgresql://", 1))


@dataclass(frozen=True)
class SqliteDatabase:
    """The lock of the data folder keeps the services away while it is restored."""

    path: Path
    engine = "sqlite"
    suffix = ".sqlite3"

    def has_data(self) -> bool:
        return self.path.exists()

    def revision(self) -> str:
        with closing(_open_read_only(self.path)) as connection:
            found = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(found[0])

    def check_unused(self) -> None:
        pass

    def copy_to(self, path: Path) -> None:
        with closing(_open_read_only(self.path)) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)

    def replace_by(self, path: Path) -> None:
        for suffix in ("-wal", "-shm"):  # they belong to the old file
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        path.replace(self.path)


@dataclass(frozen=True)
class PostgresqlDatabase:
    """`pg_dump` and `psql` of PostgreSQL are needed, not older than the server."""

    url: str
    engine = "postgresql"
    suffix = ".pgdump"

    def has_data(self) -> bool:
        return self._value("SELECT to_regclass('alembic_version')") is not None

    def revision(self) -> str:
        return str(self._value("SELECT version_num FROM alembic_version"))

    def check_unused(self) -> None:
        others = self._value(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        if others:
            raise DatabaseFailed("Parley is connected to the database; stop it first")

    def copy_to(self, path: Path) -> None:
        _run(self.url, "pg_dump", "--format=custom", "--no-owner", "--no-acl", f"--file={path}")

    def replace_by(self, path: Path) -> None:
        script = path.with_suffix(".sql")
        _run(self.url, "pg_restore", "--no-owner", "--no-acl", "--no-comments",
             f"--file={script}", str(path))  # fmt: skip
        _run(self.url, "psql", "--no-psqlrc", "--quiet", "--single-transaction",
             "--set=ON_ERROR_STOP=1", f"--command={_EMPTY}", f"--file={script}")  # fmt: skip

    def _value(self, query: str) -> object:
        try:
            with psycopg.connect(self.url, connect_timeout=10) as connection:
                found = connection.execute(query.encode()).fetchone()
        except psycopg.Error as error:
            raise DatabaseFailed(f"PostgreSQL: {str(error).splitlines()[0]}") from None
        return found[0] if found else None


def _open_read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro", uri=True)


def _run(url: str, *command: str) -> None:
    if shutil.which(command[0]) is None:
        raise DatabaseFailed(f"{command[0]} is not installed (package postgresql-client)")
    # In the environment, as everybody on the machine can read a command line.
    known = {_ENVIRONMENT[key]: str(value) for key, value in conninfo_to_dict(url).items()}
    done = subprocess.run(
        command,
        env=os.environ | known,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        timeout=RESTORE_TIMEOUT,
    )
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise DatabaseFailed(f"{command[0]}: {reason}")
