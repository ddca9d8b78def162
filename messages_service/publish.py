"""Committed event → Redis topic; nothing else in messages_service publishes."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

import orjson
import redis
from sqlalchemy import BigInteger, Engine, Select, select

from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.models import conversations, outbox
from messages_service.prepared import PreparedInsert
from messages_service.shapes.notices import NoticeData
from servicekit.data.db import CoreTransaction
from servicekit.data.outbox import OutboxRow, Relay
from servicekit.times import utcnow
from servicekit.topics import HEADS, MANY, PREFIX, conversation_id_of, user_topic

BLOCK = "block"
CONVERSATION_ADDED = "conversation.added"
CONVERSATION_REMOVED = "conversation.removed"
DRAFT = "draft"
MEMBERSHIP = "membership"
NOTIFICATION = "notification"
NOTIFICATIONS = "notifications"
POLL_MINE = "poll.mine"
READ = "read"
SCHEDULED = "scheduled"
SAVED = "saved"
THREAD = "thread"
MOST_PEOPLE = 5000
"""Named in one message to realtime_service."""
HEADS_SECONDS = 3.0
ACTIVE_SECONDS = 15.0
_insert_rows = PreparedInsert(outbox, ("topic", "payload", "created_at"), returning="id")


class Publisher:
    """Puts announcements into the transaction's outbox, and wakes the relay after the commit."""

    def __init__(self, engine: Engine, redis_url: str) -> None:
        self.relay = Relay(engine, outbox, redis_url)
        heads = Heads(engine)
        self.relay.on_published.append(heads.note)
        self.relay.periodic.append(heads.beat)

    def announce(self, transaction: CoreTransaction, announcements: list[tuple[str, str]]) -> None:
        """Publish these (topic, payload) once `transaction` is committed, in this order."""
        now = utcnow()
        values = [
            {"topic": topic, "payload": payload, "created_at": now}
            for topic, payload in announcements
        ]
        ids = _insert_rows.rows(transaction.connection, values)
        rows = [
            OutboxRow(row_id, topic, payload)
            for row_id, (topic, payload) in zip(ids, announcements, strict=True)
        ]
        transaction.on_commit(lambda: self.relay.wake(rows))

    def notify(
        self, transaction: CoreTransaction, user_id: int, type_: str, data: NoticeData
    ) -> None:
        """Announce a notice to one person."""
        self.announce(transaction, [(user_topic(user_id), notice(type_, data))])

    def notify_many(
        self, running: CoreTransaction, user_ids: Sequence[int], type_: str, data: NoticeData
    ) -> None:
        """Announce the same notice to many people, in few messages."""
        encoded = orjson.Fragment(notice(type_, data).encode())
        self.announce(
            running,
            [
                (MANY, orjson.dumps({"user_ids": some, "notice": encoded}).decode())
                for start in range(0, len(user_ids), MOST_PEOPLE)
                if (some := user_ids[start : start + MOST_PEOPLE])
            ],
        )


class Heads:
    """Publishes the last seqs of active conversations, so that lost events are noticed.

    Active are those whose events this process has published in the last seconds of the monotonic
    clock: no date in the database matters, which another machine may have written.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next = 0.0
        self._published_at: dict[int, float] = {}

    def note(self, topics: Iterable[str]) -> None:
        """Remember the conversations among the topics that were published just now."""
        now = time.monotonic()
        for topic in topics:
            conversation_id = conversation_id_of(topic)
            if conversation_id is not None:
                self._published_at[conversation_id] = now

    def beat(self, client: "redis.Redis") -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + HEADS_SECONDS
        self._published_at = {
            conversation_id: published_at
            for conversation_id, published_at in self._published_at.items()
            if published_at > now - ACTIVE_SECONDS
        }
        if self._published_at:
            client.publish(PREFIX + HEADS, orjson.dumps(self._active_heads()))

    def _active_heads(self) -> dict[str, int]:
        with self._engine.connect() as connection:
            rows = _last_seqs.rows(connection, {"ids": list(self._published_at)})
        return {str(conversation_id): last_seq for conversation_id, last_seq in rows}


def notice(type_: str, data: NoticeData) -> str:
    """A message for one person's topic, as JSON text."""
    return orjson.dumps({"type": type_, "data": data}).decode()


def _last_seqs_named(dialect: str) -> Select[Any]:
    return select(conversations.c.id, conversations.c.last_seq).where(
        is_in_list(dialect, conversations.c.id, "ids", BigInteger())
    )


_last_seqs = prepared_with_lists(_last_seqs_named)
