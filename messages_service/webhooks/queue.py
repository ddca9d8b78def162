"""The queue of outgoing deliveries, filled in the transactions of messages."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import Connection, delete, func, insert, select, update

from messages_service.log import Change
from messages_service.models import conversations
from messages_service.webhooks.models import (
    WAITING,
    outgoing_webhooks,
    webhook_deliveries,
)


def enqueue(change: Change, message: SimpleNamespace) -> None:
    """Have a new message delivered to the webhooks of its conversation that want it."""
    table = outgoing_webhooks.c
    there = select(table.id, table.trigger_words).where(
        table.conversation_id == change.conversation_id, table.enabled, table.deleted_at.is_(None)
    )
    rows = []
    for webhook in change.connection.execute(there):
        words = orjson.loads(webhook.trigger_words)
        word = trigger_of(message.content, words)
        if word is not None or not words:
            rows.append(_delivery(webhook.id, message.id, word, change.date))
    if rows:
        change.connection.execute(insert(webhook_deliveries), rows)


def trigger_of(content: str, words: Sequence[str]) -> str | None:
    """The trigger word that the message begins with."""
    begin = content.lstrip().casefold()
    for word in words:
        key = word.casefold()
        if begin.startswith(key) and not begin[len(key) : len(key) + 1].isalnum():
            return word
    return None


def count_outgoing(connection: Connection, conversation_id: int) -> None:
    """Note at the conversation how many of its webhooks want messages."""
    table = outgoing_webhooks.c
    wanting = select(func.count()).where(
        table.conversation_id == conversation_id, table.enabled, table.deleted_at.is_(None)
    )
    noted = update(conversations).where(conversations.c.id == conversation_id)
    connection.execute(noted.values(outgoing_webhooks=wanting.scalar_subquery()))


def forget_deliveries(connection: Connection, message_id: int) -> None:
    """Delete the deliveries of a deleted message, with their answers."""
    of_message = webhook_deliveries.c.message_id == message_id
    connection.execute(delete(webhook_deliveries).where(of_message))


def _delivery(webhook_id: int, message_id: int, word: str | None, date: Any) -> dict[str, Any]:
    return {
        "webhook_id": webhook_id,
        "message_id": message_id,
        "trigger_word": word,
        "state": WAITING,
        "due_at": date,
        "created_at": date,
    }
