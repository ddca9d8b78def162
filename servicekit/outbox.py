"""The transactional outbox and its relay: what was committed gets published, at least once."""

import logging
import queue
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple

import redis
from prometheus_client import Counter
from sqlalchemy import Column, Engine, Index, Integer, MetaData, String, Table, Text, delete, select
from sqlalchemy.exc import SQLAlchemyError

from servicekit.db import WRITES
from servicekit.times import UtcDateTime, utcnow

PREFIX = "parley:"
LEFTOVER_AGE = timedelta(seconds=2)
SCAN_SECONDS = 1.0
DELETE_SECONDS = 0.25
BATCH = 500
PUBLISHED = Counter("parley_outbox_published_total", "Outbox rows published")
FAILED = Counter("parley_outbox_failures_total", "Publishing attempts that failed")
log = logging.getLogger(__name__)


class OutboxRow(NamedTuple):
    """A message to publish; `topic` without the prefix, `payload` as JSON text."""

    id: int
    topic: str
    payload: str


def make_outbox_table(metadata: MetaData) -> Table:
    """The table `outbox`; a row is inserted in the transaction that it tells of."""
    return Table(
        "outbox",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=True),
        Column("topic", String(80), nullable=False),
        Column("payload", Text, nullable=False),
        Column("created_at", UtcDateTime, nullable=False, default=utcnow),
        Index("ix_outbox_created_at", "created_at"),
        sqlite_autoincrement=True,
    )


class Relay:
    """Publishes outbox rows to Redis in a thread, and deletes those that Redis has taken.

    Rows given to `wake` right after their commit go out at once. Those that nobody published (the
    process died, or Redis was away) are found in the table once they are older than two seconds, so
    a row may go out twice: receivers drop what they have seen. `beats` are called about once a
    second, with the Redis client.
    """

    def __init__(self, engine: Engine, outbox: Table, redis_url: str) -> None:
        self._engine = engine
        self._outbox = outbox
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1)
        self._fresh: queue.SimpleQueue[Sequence[OutboxRow]] = queue.SimpleQueue()
        self._taken: set[int] = set()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._next_scan = 0.0
        self._next_delete = 0.0
        self.beats: list[Callable[[redis.Redis], None]] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Publish what is at hand, tidy up and end (within about three seconds)."""
        self._stopping.set()
        self._fresh.put(())
        if self._thread.is_alive():
            self._thread.join(timeout=3)

    def wake(self, rows: Sequence[OutboxRow]) -> None:
        """Publish these committed rows now; costs the caller nothing."""
        self._fresh.put(rows)

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._turn()
            except (redis.RedisError, SQLAlchemyError) as error:
                FAILED.inc()
                log.warning("relay: %s; trying again", error)
                self._stopping.wait(0.5)
            except Exception:  # a relay that died would stop all delivery
                FAILED.inc()
                log.exception("relay: unforeseen error")
                self._stopping.wait(0.5)
        self._last_words()

    def _turn(self) -> None:
        rows = self._wait_for_fresh()
        if rows:
            self._publish(rows)
        now = time.monotonic()
        if self._taken and (now >= self._next_delete or len(self._taken) >= BATCH):
            self._delete_taken()
        if now >= self._next_scan:
            self._next_scan = now + SCAN_SECONDS
            self._publish_leftovers()
            for beat in self.beats:
                beat(self._redis)

    def _wait_for_fresh(self) -> list[OutboxRow]:
        pause = (self._next_delete if self._taken else self._next_scan) - time.monotonic()
        rows: list[OutboxRow] = []
        try:
            rows.extend(self._fresh.get(timeout=max(0.001, min(pause, SCAN_SECONDS))))
            while len(rows) < BATCH:
                rows.extend(self._fresh.get_nowait())
        except queue.Empty:
            pass
        rows.sort()  # the order of ids is the order of commits within a topic
        return rows

    def _publish(self, rows: Iterable[OutboxRow]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        ids = []
        for row in rows:
            pipeline.publish(PREFIX + row.topic, row.payload)
            ids.append(row.id)
        pipeline.execute()
        if not self._taken:
            self._next_delete = time.monotonic() + DELETE_SECONDS
        self._taken.update(ids)
        PUBLISHED.inc(len(ids))

    def _publish_leftovers(self) -> None:
        if self._taken:
            self._delete_taken()
        table = self._outbox
        query = (
            select(table.c.id, table.c.topic, table.c.payload)
            .where(table.c.created_at < utcnow() - LEFTOVER_AGE)
            .order_by(table.c.id)
            .limit(BATCH)
        )
        while True:
            with self._engine.connect() as connection:
                rows = [OutboxRow(*row) for row in connection.execute(query)]
            if not rows:
                return
            self._publish(rows)
            self._delete_taken()

    def _delete_taken(self) -> None:
        ids = sorted(self._taken)
        with self._engine.connect().execution_options(**{WRITES: True}) as connection:
            for start in range(0, len(ids), BATCH):
                chunk = ids[start : start + BATCH]
                connection.execute(delete(self._outbox).where(self._outbox.c.id.in_(chunk)))
            connection.commit()
        self._taken.clear()

    def _last_words(self) -> None:
        try:
            self._next_scan = float("inf")
            rows = self._wait_for_fresh()
            if rows:
                self._publish(rows)
            if self._taken:
                self._delete_taken()
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("relay: stopped with rows left for the next start: %s", error)
