"""Committed event → Redis topic; nothing else in messages_service publishes."""

import time
from datetime import timedelta

import orjson
import redis
from sqlalchemy import Engine, bindparam, insert, select

from messages_service.models import conversations, outbox
from messages_service.prepared import Prepared
from messages_service.shapes import NoticeData
from servicekit.data.db import CoreTransaction
from servicekit.data.outbox import PREFIX, OutboxRow, Relay
from servicekit.times import utcnow

HEADS_TOPIC = "heads"
HEADS_SECONDS = 3.0
HEADS_ACTIVE = timedelta(seconds=15)
_insert_row = Prepared(
    default=insert(outbox)
    .values({c.name: bindparam(c.name, type_=c.type) for c in outbox.c if c.name != "id"})
    .returning(outbox.c.id)
)


def conversation_topic(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def user_topic(user_id: int) -> str:
    return f"user:{user_id}"


class Publisher:
    """Puts announcements into the transaction's outbox, and wakes the relay after the commit."""

    def __init__(self, engine: Engine, redis_url: str) -> None:
        self.relay = Relay(engine, outbox, redis_url)
        self.relay.periodic.append(Heads(engine).beat)

    def announce(self, transaction: CoreTransaction, announcements: list[tuple[str, str]]) -> None:
        """Publish these (topic, payload) once `transaction` is committed, in this order."""
        now = utcnow()
        rows = []
        for topic, payload in announcements:
            values = {"topic": topic, "payload": payload, "created_at": now}
            ((row_id,),) = _insert_row.rows(transaction.connection, values)
            rows.append(OutboxRow(row_id, topic, payload))
        transaction.on_commit(lambda: self.relay.wake(rows))


class Heads:
    """Publishes the last seqs of active conversations, so that lost events are noticed."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._next = 0.0

    def beat(self, client: "redis.Redis") -> None:
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + HEADS_SECONDS
        heads = self._active_heads()
        if heads:
            client.publish(PREFIX + HEADS_TOPIC, orjson.dumps(heads))

    def _active_heads(self) -> dict[str, int]:
        query = select(conversations.c.id, conversations.c.last_seq).where(
            conversations.c.active_at > utcnow() - HEADS_ACTIVE
        )
        with self._engine.connect() as connection:
            return {str(row.id): row.last_seq for row in connection.execute(query)}


def notice(type_: str, data: NoticeData) -> str:
    """A message for one person's topic, as JSON text."""
    return orjson.dumps({"type": type_, "data": data}).decode()
