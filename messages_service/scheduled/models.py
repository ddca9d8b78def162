"""The table of scheduled messages; a row is deleted in the transaction that sends its message."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Index, String, Table, Text

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

MAX_SCHEDULED: Final = 100
"""Scheduled messages that one person may have."""

scheduled_messages = Table(
    "scheduled_messages",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("author_id", BigId, nullable=False),
    Column("conversation_id", BigId, ForeignKey("conversations.id")),
    Column("recipient_id", BigId),
    Column("client_id", String(64), nullable=False),
    Column("content", Text, nullable=False),
    Column("send_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    # When sending was refused, and why; the message then waits for its author.
    Column("refused_at", UtcDateTime),
    Column("refusal", Text),
    Index("ix_scheduled_messages_author_id_client_id", "author_id", "client_id", unique=True),
    Index("ix_scheduled_messages_author_id_conversation_id", "author_id", "conversation_id"),
    sqlite_autoincrement=True,
)
partial_index(
    "ix_scheduled_messages_send_at",
    scheduled_messages.c.send_at,
    where=scheduled_messages.c.refused_at.is_(None),
)
