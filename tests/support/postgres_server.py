"""A real PostgreSQL of the tests' own, from the system's binaries, never flushed to disk."""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
from itertools import count
from pathlib import Path
from typing import Any

import psycopg

from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

FAST = ("fsync=off", "full_page_writes=off", "max_connections=200", "shared_buffers=64MB")


class PostgresServer:
    """One cluster in a temporary folder; `create_database()` gives each test its own database."""

    def __init__(self) -> None:
        self.port = free_port()
        self.binaries = find_postgres_binaries()
        self.directory = Path(tempfile.mkdtemp(prefix="parley-postgres-"))
        self._user = _unprivileged_user()
        self._password = secrets.token_urlsafe(16)
        self._names = (f"parley_{number}" for number in count(1))
        self._initialise()
        self.process = Process(
            self._command(), log=self.directory / "log", user=self._user, cwd=self.directory
        )
        self.start()

    def start(self) -> None:
        self.process.start()
        wait_until(self._is_ready, timeout=30, what="PostgreSQL answers")

    def stop(self) -> None:
        self.process.stop(signal.SIGQUIT)
        shutil.rmtree(self.directory, ignore_errors=True)

    def create_database(self, locale: str = "C") -> str:
        """The URL of a new, empty database."""
        name = next(self._names)
        create = f"CREATE DATABASE \"{name}\" TEMPLATE template0 LOCALE '{locale}'"
        with self._connect() as connection:
            connection.execute(create.encode())
        return self._url(name)

    def drop_database(self, url: str) -> None:
        name = url.rpartition("/")[2]
        with self._connect() as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())

    def _initialise(self) -> None:
        password_file = self.directory / "password"
        password_file.write_text(self._password)
        if self._user:
            for path in (self.directory, password_file):
                shutil.chown(path, self._user, self._user)
        options: dict[str, Any] = {}
        if self._user:
            options = {"user": self._user, "group": self._user, "extra_groups": []}
        subprocess.run(
            (
                self.binaries / "initdb", "--pgdata", self.directory / "data", "--no-sync",
                "--username", "parley", "--pwfile", password_file, "--auth", "scram-sha-256",
                "--encoding", "UTF8", "--locale", "C",
            ),
            check=True, capture_output=True, cwd=self.directory, **options,
        )  # fmt: skip

    def _command(self) -> tuple[str, ...]:
        settings = (
            *FAST,
            "listen_addresses=127.0.0.1",
            f"unix_socket_directories={self.directory}",
        )
        flags = [part for setting in settings for part in ("-c", setting)]
        return (
            str(self.binaries / "postgres"),
            "-D",
            str(self.directory / "data"),
            "-p",
            str(self.port),
            *flags,
        )

    def _url(self, database: str) -> str:
        return f"postgresql://parley:{self._password}@127.0.0.1:{self.port}/{database}"

    def _is_ready(self) -> bool:
        self._connect().close()
        return True

    def _connect(self) -> "psycopg.Connection[tuple[object, ...]]":
        return psycopg.connect(self._url("postgres"), autocommit=True)


def find_postgres_binaries() -> Path:
    """The newest installed version's folder; `make test` has installed one when it may."""
    candidates = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: int(path.parts[-3])
    )
    if candidates:
        return candidates[-1].parent
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    raise RuntimeError("PostgreSQL's server is missing: apt-get install postgresql")


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
