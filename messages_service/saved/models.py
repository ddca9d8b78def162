"""The table of saved messages."""

from sqlalchemy import Column, ForeignKey, Index, Table, UniqueConstraint

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

saved_messages = Table(
    "saved_messages",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigId, nullable=False),
    Column("message_id", BigId, ForeignKey("messages.id"), nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "message_id"),
    sqlite_autoincrement=True,
)
Index("ix_saved_messages_user_id_id", saved_messages.c.user_id, saved_messages.c.id)
