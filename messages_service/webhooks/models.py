"""Tables of webhooks and slash commands."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    true,
)

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

MAX_WEBHOOKS: Final = 20
"""Of one kind in one conversation."""
MAX_COMMANDS: Final = 100
MAX_TRIGGER_WORDS: Final = 20
MAX_TRIGGER_WORD: Final = 50
MAX_URL: Final = 2000
MAX_COMMAND: Final = 32
MAX_DESCRIPTION: Final = 200
MAX_ANSWER: Final = 2000
"""Characters that are kept of a server's answer to a delivery."""

WAITING: Final = "waiting"
DELIVERED: Final = "delivered"
FAILED: Final = "failed"

incoming_webhooks = Table(
    "incoming_webhooks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("emoji", Text),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    # The person responsible: without their membership and account it stops.
    Column("owner_id", BigId, nullable=False),
    Column("created_by", BigId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_used_at", UtcDateTime),
    # A deleted one stays as a row, so that its address answers that it is gone.
    Column("deleted_at", UtcDateTime),
    sqlite_autoincrement=True,
)

outgoing_webhooks = Table(
    "outgoing_webhooks",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("emoji", Text),
    Column("url", Text, nullable=False),
    # Encrypted: it signs each delivery.
    Column("sealed_secret", Text, nullable=False),
    # A JSON list; empty: each message.
    Column("trigger_words", Text, nullable=False),
    Column("enabled", Boolean, nullable=False, server_default=true()),
    Column("owner_id", BigId, nullable=False),
    Column("created_by", BigId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    sqlite_autoincrement=True,
)

webhook_deliveries = Table(
    "webhook_deliveries",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("webhook_id", BigId, ForeignKey("outgoing_webhooks.id"), nullable=False),
    Column("message_id", BigId, ForeignKey("messages.id"), nullable=False),
    Column("trigger_word", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Moved forward while a process sends it; null when it is delivered or was given up.
    Column("due_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("attempted_at", UtcDateTime),
    # Of the last attempt: status and beginning of the answer, or why there is none.
    Column("status", Integer),
    Column("answer", Text),
    Column("error", Text),
    Column("milliseconds", Integer),
    Index("ix_webhook_deliveries_webhook_id_id", "webhook_id", "id"),
    Index("ix_webhook_deliveries_message_id", "message_id"),
    sqlite_autoincrement=True,
)
partial_index(
    "ix_webhook_deliveries_due_at",
    webhook_deliveries.c.due_at,
    where=webhook_deliveries.c.due_at.is_not(None),
)

commands = Table(
    "commands",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", String(MAX_COMMAND), nullable=False),
    # The name while the command is there; null afterwards, so that another one may take it.
    Column("name_key", String(MAX_COMMAND), unique=True),
    Column("description", Text, nullable=False),
    Column("usage", Text, nullable=False),
    Column("emoji", Text),
    Column("url", Text, nullable=False),
    Column("sealed_secret", Text, nullable=False),
    Column("owner_id", BigId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),
    sqlite_autoincrement=True,
)
