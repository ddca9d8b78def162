"""The table of pins."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

MAX_PINS: Final = 100
"""In one conversation."""

pins = Table(
    "pins",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False),
    # The seq of the message.pinned event.
    Column("seq", BigInteger, nullable=False),
    Column("user_id", BigId, nullable=False),
    Column("pinned_at", UtcDateTime, nullable=False),
)
Index("ix_pins_conversation_id_seq", pins.c.conversation_id, pins.c.seq)
