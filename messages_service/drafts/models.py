"""The table of drafts."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Table, Text, UniqueConstraint

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

MAX_DRAFTS: Final = 200
"""Drafts that one person may have."""
MAIN: Final = 0
"""`thread_id` of a draft outside of threads; NULLs would not be unique."""

drafts = Table(
    "drafts",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigId, nullable=False),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False),
    # The first message of the thread.
    Column("thread_id", BigId, nullable=False),
    Column("content", Text, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("user_id", "conversation_id", "thread_id"),
    sqlite_autoincrement=True,
)
