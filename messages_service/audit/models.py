"""The table of acts that users_service has not stored yet."""

from sqlalchemy import Column, String, Table, Text

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

acts = Table(
    "acts",
    metadata,
    Column("id", BigId, primary_key=True),
    # users_service stores an act once, however often it is sent.
    Column("key", String(36), nullable=False),
    Column("date", UtcDateTime, nullable=False),
    Column("action", String(40), nullable=False),
    Column("actor_id", BigId),
    Column("user_id", BigId),
    Column("address", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    sqlite_autoincrement=True,
)
