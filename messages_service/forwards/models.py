"""The table of forwarded messages, and a forward before it is stored."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, String, Table, Text

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

# A copy: the original may be changed, or deleted, afterwards.
forwards = Table(
    "forwards",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("original_id", BigId, nullable=False),
    Column("conversation_id", BigId, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("kind", String(8), nullable=False),
    # Of a public room; the names of other conversations are for their members.
    Column("name", Text),
    Column("author_id", BigId, nullable=False),
    Column("content", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Original:
    """The message that is forwarded; the fields are columns of `forwards`."""

    original_id: int
    conversation_id: int
    seq: int
    kind: str
    name: str | None
    author_id: int
    content: str
    html: str
    sent_at: datetime


@dataclass(frozen=True, slots=True)
class OutgoingForward:
    """A message that is to be forwarded; `forwarded_id` is the one that the sender named."""

    forwarded_id: int
    original: Original
    file_ids: Sequence[int] = ()

    @property
    def size(self) -> int:
        """Characters of text."""
        return len(self.original.content) + len(self.original.html)
