"""The transactional outbox and its relay: committed events are published at least once."""

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import redis
from prometheus_client import Counter
from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    MetaData,
    Select,
    String,
    Table,
    Text,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.exc import SQLAlchemyError

from servicekit.data.columns import UtcDateTime
from servicekit.data.db import WRITES, core_transaction
from servicekit.times import utcnow
from servicekit.topics import PREFIX

LEFTOVER_SECONDS = 2.0
SCAN_SECONDS = 1.0
DELETE_SECONDS = 1.0
BATCH = 500
PAUSE_SECONDS = 0.008
"""Rows that are committed so soon after others go out together."""
WAITING_CHARS = 16 * 2**20
"""Payloads kept in memory while Redis is slow; further ones are read from the table later."""
ATTEMPTS = 3
PUBLISHED = Counter("parley_outbox_published_total", "Outbox rows published")
FAILED = Counter("parley_outbox_failures_total", "Publishing attempts that failed")
SET_ASIDE = Counter("parley_outbox_set_aside_total", "Outbox rows that can never be published")
log = logging.getLogger(__name__)


class OutboxRow(NamedTuple):
    """A message to publish; `topic` without the prefix, `payload` as JSON text."""

    id: int
    topic: str
    payload: str


def make_outbox_table(metadata: MetaData) -> Table:
    """The table `outbox`; a row is inserted in the transaction of the change that it announces.

    A row with `set_aside_at` could not be published; it is kept for the operator.
    """
    return Table(
        "outbox",
        metadata,
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True),
        Column("topic", String(80), nullable=False),
        Column("payload", Text, nullable=False),
        Column("created_at", UtcDateTime, nullable=False, default=utcnow),
        Column("set_aside_at", UtcDateTime),
        sqlite_autoincrement=True,
    )


class Relay:
    """Publishes outbox rows to Redis in a thread, and deletes those that Redis has accepted.

    Rows given to `wake` right after their commit go out at once. Rows that stay in the table for
    two seconds (the process died, or Redis was down) are published by any relay, so a row may go
    out twice: receivers drop duplicates. Time is that of the monotonic clock, never of the rows. A
    row that cannot be read is set aside after a few attempts. In the relay's thread, `periodic`
    callbacks are called about once a second, with the Redis client, and `on_published` callbacks
    with the topics that Redis has just accepted.
    """

    def __init__(self, engine: Engine, outbox: Table, redis_url: str) -> None:
        self._engine = engine
        self._outbox = outbox
        self._redis = redis.Redis.from_url(redis_url, socket_timeout=2, socket_connect_timeout=1)
        self._fresh = _FreshRows()
        self._published: set[int] = set()
        self._attempts: dict[int, int] = {}
        self._leftover_id = self._newest_id = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="relay", daemon=True)
        self._next_periodic = self._next_scan = self._next_mark = self._next_delete = 0.0
        self.periodic: list[Callable[[redis.Redis], None]] = []
        self.on_published: list[Callable[[set[str]], None]] = []

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Publish the waiting rows, tidy up and end (within about three seconds)."""
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
        self._flush_on_stop()

    def _turn(self) -> None:
        rows = self._fresh.get(self._pause())
        if rows:
            self._publish(rows)
            time.sleep(PAUSE_SECONDS)
        now = time.monotonic()
        if self._published and (now >= self._next_delete or len(self._published) >= BATCH):
            self._delete_published()
        if now >= self._next_periodic:
            self._next_periodic = now + SCAN_SECONDS
            self._call_periodic()
        if now >= self._next_scan:
            self._next_scan = now + SCAN_SECONDS
            self._publish_leftovers()

    def _pause(self) -> float:
        due = self._next_delete if self._published else self._next_scan
        return max(0.001, min(due - time.monotonic(), SCAN_SECONDS))

    def _call_periodic(self) -> None:
        for callback in self.periodic:
            try:
                callback(self._redis)
            except (redis.RedisError, SQLAlchemyError) as error:
                FAILED.inc()
                log.warning("relay: a periodic callback failed: %s", error)

    def _publish(self, rows: Iterable[OutboxRow]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        ids = []
        topics = set()
        for row in rows:
            pipeline.publish(PREFIX + row.topic, row.payload)
            ids.append(row.id)
            topics.add(row.topic)
        pipeline.execute()
        for callback in self.on_published:
            callback(topics)
        if not self._published:
            self._next_delete = time.monotonic() + DELETE_SECONDS
        self._published.update(ids)
        PUBLISHED.inc(len(ids))

    def _publish_leftovers(self) -> None:
        """Publish one batch of leftovers; after a full batch the next follows at once."""
        if self._published:
            self._delete_published()
        self._mark_leftovers()
        try:
            rows = self._read(self._leftovers("id", "topic", "payload"))
        except SQLAlchemyError:
            count = self._publish_one_by_one()
        else:
            count = len(rows)
            self._publish(OutboxRow(*row) for row in rows)
        if self._published:
            self._delete_published()
        if count == BATCH:
            self._next_scan = 0.0

    def _mark_leftovers(self) -> None:
        """Rows that were in the table at the last mark, and still are, become leftovers."""
        now = time.monotonic()
        if now < self._next_mark:
            return
        ((newest,),) = self._read(select(func.max(self._outbox.c.id)))
        self._leftover_id, self._newest_id = self._newest_id, newest or 0
        self._next_mark = now + LEFTOVER_SECONDS

    def _leftovers(self, *columns: str) -> Select[Any]:
        table = self._outbox
        return (
            select(*(table.c[name] for name in columns))
            .where(table.c.id <= self._leftover_id, table.c.set_aside_at.is_(None))
            .order_by(table.c.id)
            .limit(BATCH)
        )

    def _publish_one_by_one(self) -> int:
        """Publish leftovers singly, because one of them cannot be read."""
        ids = [int(row[0]) for row in self._read(self._leftovers("id"))]
        table = self._outbox
        for row_id in ids:
            query = select(table.c.id, table.c.topic, table.c.payload).where(table.c.id == row_id)
            try:
                rows = self._read(query)
            except SQLAlchemyError as error:
                self._read(select(table.c.id).where(table.c.id == row_id))  # is it the database?
                self._count_failure(row_id, error)
            else:
                self._publish(OutboxRow(*row) for row in rows)
        return len(ids)

    def _count_failure(self, row_id: int, error: Exception) -> None:
        self._attempts[row_id] = self._attempts.get(row_id, 0) + 1
        log.warning("relay: row %s of the outbox cannot be read: %s", row_id, error)
        if self._attempts[row_id] < ATTEMPTS:
            return
        table = self._outbox
        with self._engine.connect().execution_options(**{WRITES: True}) as connection:
            mark = update(table).where(table.c.id == row_id, table.c.set_aside_at.is_(None))
            if connection.execute(mark.values(set_aside_at=utcnow())).rowcount:
                SET_ASIDE.inc()
                log.error("relay: row %s of the outbox was set aside", row_id)
            connection.commit()
        del self._attempts[row_id]

    def _read(self, query: Select[Any]) -> list[tuple[Any, ...]]:
        with self._engine.connect() as connection:
            return [tuple(row) for row in connection.execute(query)]

    def _delete_published(self) -> None:
        ids = sorted(self._published)
        with core_transaction(self._engine) as running:
            for start in range(0, len(ids), BATCH):
                chunk = delete(self._outbox).where(
                    self._outbox.c.id.in_(ids[start : start + BATCH])
                )
                running.connection.execute(chunk)
        self._published.clear()

    def _flush_on_stop(self) -> None:
        try:
            rows = self._fresh.get(0.001)
            if rows:
                self._publish(rows)
            if self._published:
                self._delete_published()
        except (redis.RedisError, SQLAlchemyError) as error:
            log.warning("relay: stopped with rows left for the next start: %s", error)


class _FreshRows:
    """Committed rows on their way to the relay; beyond a total size they stay in the table.

    A thread that puts rows wakes the relay only if it is waiting. While the relay pauses or
    publishes, it costs no switch of threads.
    """

    def __init__(self) -> None:
        self._groups: deque[Sequence[OutboxRow]] = deque()
        self._chars = 0
        self._lock = threading.Lock()
        self._has_rows = threading.Event()

    def put(self, rows: Sequence[OutboxRow]) -> None:
        chars = sum(len(row.payload) for row in rows)
        with self._lock:
            if self._chars + chars > WAITING_CHARS:
                return
            self._chars += chars
        self._groups.append(rows)
        self._has_rows.set()

    def get(self, timeout: float) -> list[OutboxRow]:
        """About a batch, in the order of ids: within a topic that is the order of commits."""
        rows: list[OutboxRow] = []
        self._has_rows.wait(timeout)
        self._has_rows.clear()
        while self._groups and len(rows) < BATCH:
            rows.extend(self._groups.popleft())
        if self._groups:
            self._has_rows.set()
        with self._lock:
            self._chars -= sum(len(row.payload) for row in rows)
        rows.sort()
        return rows
