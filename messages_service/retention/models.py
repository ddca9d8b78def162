"""Tables of retention: the rules, and how far each conversation's old messages are removed."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Integer, Table

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

EVERYWHERE: Final = 0
"""The `conversation_id` of the place's own rule, which always exists."""
MAX_DAYS: Final = 36_500

retention_rules = Table(
    "retention_rules",
    metadata,
    Column("conversation_id", BigId, primary_key=True, autoincrement=False),
    # Null: for ever.
    Column("days", Integer),
    # Of the place's rule: while a process removes messages.
    Column("claimed_until", UtcDateTime),
)

# Messages written before this moment are removed already.
retention_positions = Table(
    "retention_positions",
    metadata,
    Column(
        "conversation_id",
        BigId,
        ForeignKey("conversations.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("moment", UtcDateTime, nullable=False),
)
