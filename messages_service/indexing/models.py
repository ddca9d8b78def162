"""The table of what can be searched. Its indexes are made by migrations alone."""

from typing import Final

from sqlalchemy import Column, ForeignKey, Table, Text
from sqlalchemy.dialects.postgresql import TSVECTOR

from messages_service.models import BigId, metadata

INDEX: Final = "search_index"
"""SQLite's full-text index over `search_entries`, kept by triggers."""

# One row for each message that is not deleted; it goes with its message.
search_entries = Table(
    "search_entries",
    metadata,
    Column(
        "message_id",
        BigId,
        ForeignKey("messages.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    # Folded: the message, its poll, the names of its files, and what it forwards. See `joined.py`.
    Column("text", Text, nullable=False),
    Column("terms", Text().with_variant(TSVECTOR(), "postgresql"), nullable=False),
)


def is_in_metadata(name: str | None, type_: str, _parents: object) -> bool:
    """Whether Alembic finds a table or an index of the database in the metadata."""
    if type_ == "index":
        return not (name or "").startswith("ix_search_entries_")
    return type_ != "table" or not (name or "").startswith(INDEX)
