"""Figures by day, stored so that reading them costs the same with any history."""

from sqlalchemy import Column, Date, Integer, Table

from messages_service.models import BigId, metadata

COUNTED_KEY = "usage_position"
"""Of `meta`: the id of the last message that was counted."""

usage_days = Table(
    "usage_days",
    metadata,
    Column("day", Date, primary_key=True),
    Column("messages", Integer, nullable=False),
    sqlite_with_rowid=False,
)
usage_people = Table(
    "usage_people",
    metadata,
    Column("day", Date, primary_key=True),
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
