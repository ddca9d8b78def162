"""Tables of files: blobs, kept once per content, and attachments of messages."""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
)

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

ARRIVING: Final = "arriving"
STORED: Final = "stored"
DROPPED: Final = "dropped"

MAX_ATTACHMENTS: Final = 10
MAX_FILE_NAME: Final = 200
MAX_ALT: Final = 1000

blobs = Table(
    "blobs",
    metadata,
    Column("id", BigId, primary_key=True),
    # arriving: being uploaded; stored: whole; dropped: its pieces wait for their removal.
    Column("state", String(8), nullable=False),
    # Set while stored, so that equal content finds this blob, and a dropped one is never found.
    Column("sha256", String(64), unique=True),
    Column("size", BigInteger, nullable=False),
    Column("piece_size", Integer, nullable=False),
    Column("content_type", String(127), nullable=False),
    Column("width", Integer),
    Column("height", Integer),
    Column("touched_at", UtcDateTime, nullable=False),
    CheckConstraint("state IN ('arriving', 'stored', 'dropped')", name="state"),
    sqlite_autoincrement=True,
)
partial_index(
    "ix_blobs_unsettled",
    blobs.c.state,
    blobs.c.touched_at,
    where=blobs.c.state != STORED,
)

blob_pieces = Table(
    "blob_pieces",
    metadata,
    Column("blob_id", BigId, ForeignKey("blobs.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

thumbnails = Table(
    "thumbnails",
    metadata,
    Column("blob_id", BigId, ForeignKey("blobs.id"), primary_key=True, autoincrement=False),
    Column("content_type", String(127), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# Of pictures that are much larger; the others are shown themselves.
medium_pictures = Table(
    "medium_pictures",
    metadata,
    Column("blob_id", BigId, ForeignKey("blobs.id"), primary_key=True, autoincrement=False),
    Column("content_type", String(127), nullable=False),
    Column("data", LargeBinary, nullable=False),
)

attachments = Table(
    "attachments",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("blob_id", BigId, ForeignKey("blobs.id"), nullable=False, index=True),
    # Null for uploads in tutorial mode without a token.
    Column("uploader_id", BigId),
    Column("message_id", BigId, ForeignKey("messages.id")),
    Column("position", Integer, nullable=False, server_default="0"),
    Column("name", Text, nullable=False),
    Column("alt", Text),
    Column("size", BigInteger, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)
Index("ix_attachments_message_id_position", attachments.c.message_id, attachments.c.position)
# Covers the sum of a person's stored bytes, too.
Index("ix_attachments_uploader_id_size", attachments.c.uploader_id, attachments.c.size)
partial_index(
    "ix_attachments_unused",
    attachments.c.created_at,
    where=attachments.c.message_id.is_(None),
)
