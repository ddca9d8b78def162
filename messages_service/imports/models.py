"""Tables of imports: the runs, and the origin of each entry."""

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, String, Table, Text

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

RUNNING: Final = "running"
DONE: Final = "done"
FAILED: Final = "failed"

imports = Table(
    "imports",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("format", String(16), nullable=False),
    Column("state", String(8), nullable=False),
    Column("made_by", BigId, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("touched_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # The present step, and its progress.
    Column("step", String(16), nullable=False),
    Column("done", Integer, nullable=False, server_default="0"),
    Column("total", Integer, nullable=False, server_default="0"),
    # JSON: the numbers of new people, conversations, messages and files.
    Column("counts", Text),
    # Why it failed.
    Column("problem", Text),
    sqlite_autoincrement=True,
)
# One runs at a time.
partial_index("ix_imports_running", imports.c.state, unique=True, where=imports.c.state == RUNNING)

# Conversations and messages by their ids in the place they come from.
imported_ids = Table(
    "imported_ids",
    metadata,
    Column("source", String(100), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("external_id", String(200), primary_key=True),
    Column("local_id", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)
