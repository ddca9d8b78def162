"""messages_service in this process with a database of its own, so that reads alone are measured."""

import os
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from flask_migrate import upgrade
from sqlalchemy import Connection, Engine, text

from messages_service.app import MIGRATIONS, create_app
from messages_service.models import db
from messages_service.settings import MessagesSettings
from servicekit.identity.verify import Identity
from tests.support.postgres_server import PostgresServer

ONLY_READ = {
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "USERS_URL": "http://127.0.0.1:1",
    "PUBLIC_URL": "http://127.0.0.1:1",
    "SERVICE_SECRET": "benchmark" * 5,
    "SECRET_KEY": "benchmark" * 5,
    "LOG_LEVEL": "WARNING",
}


@contextmanager
def databases(engine: str, count: int) -> Iterator[list[str]]:
    """The URLs of empty databases, which are removed at the end."""
    if engine == "postgresql":
        server = PostgresServer()
        try:
            yield [server.create_database(locale="C.UTF-8") for _ in range(count)]
        finally:
            server.stop()
        return
    folder = Path(tempfile.mkdtemp(prefix="parley-reading-"))
    try:
        yield [f"sqlite:///{folder}/{number}.sqlite3" for number in range(count)]
    finally:
        shutil.rmtree(folder)


@contextmanager
def filling(engine: Engine) -> Iterator[Connection]:
    """A transaction that may take as long as it does."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            for timeout in ("statement_timeout", "idle_in_transaction_session_timeout"):
                connection.execute(text(f"SET LOCAL {timeout} = 0"))
            connection.execute(text("SET LOCAL maintenance_work_mem = '512MB'"))
        yield connection


def count_rows(engine: Engine) -> None:
    """Tell the planner how many rows there are, as autovacuum does."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
            connection.execute(text("VACUUM ANALYZE"))
            connection.invalidate()  # with its setting
        else:
            connection.execute(text("ANALYZE"))


@dataclass(frozen=True)
class Sample:
    """The time of a request, in milliseconds."""

    wall: float
    cpu: float
    """Of the service and its database: the same however busy the machine is."""


class Service:
    """messages_service on one database; it takes every token for that of the person it names."""

    def __init__(self, url: str) -> None:
        os.environ.update(ONLY_READ, DATABASE_URL=url)
        self.app = create_app(MessagesSettings())
        self.app.extensions["verifier"] = _Knows()
        with self.app.app_context():
            upgrade(str(MIGRATIONS))
            self.engine = db.engine
        self._client = self.app.test_client()

    def get(self, path: str, person_id: int) -> Any:
        """The answer's JSON."""
        answer = self._client.get(path, headers={"Authorization": f"Bearer {person_id}"})
        if answer.status_code != 200:
            raise RuntimeError(f"GET {path} was answered with {answer.status_code}: {answer.text}")
        return answer.json

    def ask(self, path: str, requests: int, person_id: int) -> Sample:
        """The medians of that many equal requests, after a first one that fills the caches."""
        self.get(path, person_id)
        cpu_seconds = self.cpu_clock()
        walls, cpus = [], []
        for _ in range(requests):
            started, cpu = time.perf_counter(), cpu_seconds()
            self.get(path, person_id)
            walls.append(time.perf_counter() - started)
            cpus.append(cpu_seconds() - cpu)
        return Sample(1000 * median(walls), 1000 * median(cpus))

    def cpu_clock(self) -> Callable[[], float]:
        """Counts the seconds that this process and its present connections' backends work."""
        backends: Sequence[int] = ()
        if self.engine.dialect.name == "postgresql":
            activity = "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
            with self.engine.connect() as connection:
                backends = connection.execute(text(activity)).scalars().all()
        return lambda: time.process_time() + sum(map(_scheduled_seconds, backends))

    def disk_bytes(self) -> int:
        if self.engine.dialect.name == "sqlite":
            return Path(str(self.engine.url.database)).stat().st_size
        with self.engine.connect() as connection:
            size = connection.execute(text("SELECT pg_database_size(current_database())"))
            return int(size.scalar_one())


class _Knows:
    def verify(self, token: str, audience: str = "") -> Identity:
        scopes = frozenset({"read", "write"})
        return Identity(int(token), "member", "session", scopes, time.time() + 60, time.time())


def _scheduled_seconds(pid: int) -> float:
    """The kernel counts these in nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
