"""Tables of notifications: people's settings, positions in the log, devices, what they show."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    false,
    true,
)

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

MAX_DEVICES: Final = 20
"""Push subscriptions of one person; the oldest one goes first."""
MAX_ENDPOINT: Final = 1000
MAX_DEVICE_NAME: Final = 100

notification_settings = Table(
    "notification_settings",
    metadata,
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    Column("sound", Boolean, nullable=False, server_default=false()),
    Column("push", Boolean, nullable=False, server_default=true()),
    Column("preview", Boolean, nullable=False, server_default=true()),
    Column("email_digest", Boolean, nullable=False, server_default=true()),
    Column("dnd_start", Time),
    Column("dnd_end", Time),
    Column("dnd_time_zone", Text),
)

# How far in a conversation's log people were notified; no row: from its beginning.
notification_positions = Table(
    "notification_positions",
    metadata,
    Column(
        "conversation_id",
        BigId,
        ForeignKey("conversations.id"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("seq", BigInteger, nullable=False),
)

push_subscriptions = Table(
    "push_subscriptions",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("user_id", BigId, nullable=False, index=True),
    Column("endpoint", Text, nullable=False, unique=True),
    Column("p256dh", String(100), nullable=False),
    Column("auth", String(32), nullable=False),
    Column("device", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # The session, or API token, that subscribed it.
    Column("sid", String(32), index=True),
    sqlite_autoincrement=True,
)

# The notification that a device shows of a conversation, and the one that replaces it.
pushes = Table(
    "pushes",
    metadata,
    Column(
        "subscription_id",
        BigId,
        ForeignKey("push_subscriptions.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    # The tag of a notification: one replaces the other.
    Column("tag", String(48), primary_key=True),
    Column("user_id", BigId, nullable=False),
    Column("conversation_id", BigId, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("shown_seq", BigInteger),
    # When the next attempt is due; null while the device shows what it shall show.
    Column("due_at", UtcDateTime),
    Column("attempts", Integer, nullable=False, server_default="0"),
    Index("ix_pushes_user_id", "user_id"),
)
partial_index("ix_pushes_due_at", pushes.c.due_at, where=pushes.c.due_at.is_not(None))
