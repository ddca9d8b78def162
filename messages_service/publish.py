"""Committed event → Redis topic; nothing else in messages_service publishes."""

import time
from datetime import timedelta

import orjson
import redis
from sqlalchemy import Engine, insert, select

from messages_service.models import conversations, outbox
from servicekit.db import Transaction
from servicekit.outbox import PREFIX, OutboxRow, Relay
from servicekit.times import utcnow

HEADS_TOPIC = "heads"
HEADS_SECONDS = 3.0
HEADS_ACTIVE = timedelta(seconds=15)
_insert_row = insert(outbox).returning(outbox.c.id)
_insert_rows = insert(outbox).returning(outbox.c.id, sort_by_parameter_order=True)


def conversation_topic(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def user_topic(user_id: int) -> str:
    return f"user:{user_id}"


class Publisher:
    """Puts what is to be published into the transaction's outbox, and wakes the relay after the commit."""

    def __init__(self, engine: Engine, redis_url: str) -> None:
        self.relay = Relay(engine, outbox, redis_url)
        self.relay.beats.append(Heads(engine).beat)

    def announce(self, transaction: Transaction, announcements: list[tuple[str, str]]) -> None:
        """Publish these (topic, payload) once `transaction` is committed, in this order."""
        now = utcnow()
        values = [{"topic": topic, "payload": text, "created_at": now} for topic, text in announcements]
        connection = transaction.session.connection()
        if len(values) == 1:
            ids = connection.execute(_insert_row, values[0]).scalars().all()
        else:
            ids = connection.execute(_insert_rows, values).scalars().all()
        rows = [OutboxRow(row_id, *told) for row_id, told in zip(ids, announcements, strict=True)]
        transaction.on_commit(lambda: self.relay.wake(rows))


class Heads:
    """Says every few seconds how far the lately active conversations are, so that a lost event is missed."""

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


def notice(type_: str, data: object) -> str:
    """What goes to one person's topic, as JSON text."""
    return orjson.dumps({"type": type_, "data": data}).decode()
