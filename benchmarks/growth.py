"""How the time of reads grows with the history: 10 thousand messages beside many more.

python -m benchmarks.growth [sqlite | postgresql] [--messages=1000000]

Asks messages_service in this process, so that nothing is measured but the service and its database.
"""

import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from flask.testing import FlaskClient
from flask_migrate import upgrade
from flask_openapi3.openapi import OpenAPI

from benchmarks.history import LONGEST_ID, PERSON_ID, History, fill
from benchmarks.report import Table, times
from messages_service.app import MIGRATIONS, create_app
from messages_service.models import db
from messages_service.settings import MessagesSettings
from servicekit.identity.verify import Identity
from tests.support.postgres_server import PostgresServer

ROUNDS = 7
REQUESTS = 20
SMALL = History(messages=10_000, conversations=1_000)
CONVERSATIONS = 100_000
LARGE = {"sqlite": 1_000_000, "postgresql": 1_000_000}
ONLY_READ = {
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "USERS_URL": "http://127.0.0.1:1",
    "PUBLIC_URL": "http://127.0.0.1:1",
    "SERVICE_SECRET": "benchmark" * 5,
    "SECRET_KEY": "benchmark" * 5,
    "LOG_LEVEL": "WARNING",
}


@dataclass(frozen=True)
class Filled:
    """A service with a history."""

    client: FlaskClient
    history: History

    def paths(self) -> dict[str, str]:
        """The measured paths, by their names in the table."""
        longest = f"/api/conversations/{LONGEST_ID}"
        last_seq = self.history.in_longest
        return {
            "first page": f"{longest}/messages?limit=50",
            "a page in the middle": f"{longest}/messages?limit=50&before={last_seq // 2}",
            "catching up by 100 events": f"{longest}/events?since={last_seq - 100}&limit=100",
            "one conversation with its unread count": longest,
            "list of conversations with unread counts": "/api/conversations?limit=200",
        }


def run(engine: str, messages: int) -> list[Table]:
    """Fill both histories, and ask them in turn."""
    large = History(messages, min(CONVERSATIONS, messages // 10))
    with _databases(engine) as (first, second):
        small_service, large_service = _filled(first, SMALL), _filled(second, large)
        samples: dict[str, list[tuple[float, float]]] = {}
        for _ in range(ROUNDS):
            for name in small_service.paths():
                pair = _median_ms(small_service, name), _median_ms(large_service, name)
                samples.setdefault(name, []).append(pair)
    rows = []
    for name, pairs in samples.items():
        small, large_times = (list(column) for column in zip(*pairs, strict=True))
        ratios = [after / before for before, after in pairs]
        rows.append(
            [
                name,
                times(median(small)),
                times(median(large_times)),
                f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})",
            ]
        )
    note = (
        f"{engine}. One person with 500 conversations, of which the longest has a tenth of all"
        f" messages; in all {SMALL.conversations:,} and {large.conversations:,} conversations."
        f" p50 in ms, in process; median of {ROUNDS} rounds in turn, with the ratio's extremes."
    )
    header = ["", f"{SMALL.messages:,} messages", f"{large.messages:,} messages", "ratio"]
    return [Table(f"Reads beside a long history: {engine}", note, header, rows)]


@contextmanager
def _databases(engine: str) -> Iterator[tuple[str, str]]:
    """The URLs of two empty databases."""
    if engine == "postgresql":
        server = PostgresServer()
        try:
            yield server.create_database(), server.create_database()
        finally:
            server.stop()
        return
    folder = Path(tempfile.mkdtemp(prefix="parley-growth-"))
    try:
        yield f"sqlite:///{folder}/small.sqlite3", f"sqlite:///{folder}/large.sqlite3"
    finally:
        shutil.rmtree(folder)


def _filled(url: str, history: History) -> Filled:
    os.environ.update(ONLY_READ, DATABASE_URL=url)
    app = create_app(MessagesSettings())
    app.extensions["verifier"] = _Knows()
    started = time.perf_counter()
    with app.app_context():
        upgrade(str(MIGRATIONS))
        fill(db.engine, history)
    seconds = time.perf_counter() - started
    print(f"growth: {history.messages:,} messages written in {seconds:.0f} s", flush=True)
    return Filled(_client(app), history)


def _client(app: OpenAPI) -> FlaskClient:
    client = app.test_client()
    client.environ_base["HTTP_AUTHORIZATION"] = "Bearer token"
    return client


class _Knows:
    """Accepts every token as that of the one person."""

    def verify(self, token: str, audience: str = "") -> Identity:
        scopes = frozenset({"read", "write"})
        return Identity(PERSON_ID, "member", "session", scopes, time.time() + 60, time.time())


def _median_ms(service: Filled, name: str) -> float:
    path = service.paths()[name]
    seconds = []
    for _ in range(REQUESTS):
        started = time.perf_counter()
        answer = service.client.get(path)
        seconds.append(time.perf_counter() - started)
        if answer.status_code != 200:
            raise RuntimeError(f"GET {path} was answered with {answer.status_code}")
    return 1000 * median(seconds)


if __name__ == "__main__":
    engines = [name for name in LARGE if name in sys.argv] or list(LARGE)
    wanted = [int(a.partition("=")[2]) for a in sys.argv if a.startswith("--messages=")]
    for engine in engines:
        for table in run(engine, wanted[0] if wanted else LARGE[engine]):
            print(table.as_markdown())
