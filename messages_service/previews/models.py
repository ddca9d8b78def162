"""Tables of previews."""

from typing import Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    false,
)

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

MAX_TITLE: Final = 200
MAX_DESCRIPTION: Final = 400
MAX_SITE_NAME: Final = 80

previews = Table(
    "previews",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("message_id", BigId, ForeignKey("messages.id"), nullable=False),
    Column("position", Integer, nullable=False),
    # As it stands in the message.
    Column("url", Text, nullable=False),
    Column("site_name", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("description", Text, nullable=False),
    Column("picture_width", Integer),
    Column("picture_height", Integer),
    # A removed one stays as a row, so that an edit of the message does not bring it back.
    Column("is_removed", Boolean, nullable=False, server_default=false()),
    sqlite_autoincrement=True,
)
Index("ix_previews_message_id_position", previews.c.message_id, previews.c.position)

preview_pictures = Table(
    "preview_pictures",
    metadata,
    Column("preview_id", BigId, ForeignKey("previews.id"), primary_key=True, autoincrement=False),
    Column("content_type", String(127), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# Messages whose links wait to be fetched.
preview_jobs = Table(
    "preview_jobs",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("conversation_id", BigId, nullable=False),
    Column("author_id", BigId, nullable=False),
    # A JSON list.
    Column("links", Text, nullable=False),
    Column("attempts", Integer, nullable=False, server_default="0"),
    # Moved forward while a process works on it; if that one ends, another one begins again.
    Column("due_at", UtcDateTime, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)
Index("ix_preview_jobs_due_at", preview_jobs.c.due_at)
