"""The table of reports."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Table, Text

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

MAX_REASON: Final = 1000

reports = Table(
    "reports",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", BigId, ForeignKey("messages.id", ondelete="CASCADE"), nullable=False),
    Column("reporter_id", BigId, nullable=False),
    Column("reason", Text, nullable=False),
    # The message and its neighbours as they were, a JSON list; null after the report is closed.
    Column("excerpt", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("closed_by", BigId),
    sqlite_autoincrement=True,
)
partial_index(
    "ix_reports_open",
    reports.c.message_id,
    reports.c.reporter_id,
    unique=True,
    where=reports.c.closed_at.is_(None),
)
