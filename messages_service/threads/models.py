"""The table of the people who follow threads. A thread itself is columns of its first message."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    ForeignKey,
    Table,
    literal_column,
)

from messages_service.models import BigId, metadata
from servicekit.data.columns import partial_index

MAX_PARTICIPANTS: Final = 50
"""People that a thread names: the first ones who replied."""
MOST_UNREAD: Final = 100
"""Unread replies of a thread are counted up to this number."""

thread_follows = Table(
    "thread_follows",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True),
    Column("user_id", BigId, primary_key=True),
    # False for those who only read it, or follow it no longer.
    Column("following", Boolean, nullable=False),
    Column("read_seq", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
partial_index(
    "ix_thread_follows_user_id",
    thread_follows.c.user_id,
    thread_follows.c.message_id,
    where=thread_follows.c.following,
)
IS_FOLLOWED: ColumnElement[bool] = literal_column("thread_follows.following")
"""As the index says it: SQLite would not use the index for `following = 1`."""
