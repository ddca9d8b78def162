"""Tables of polls, and the rules about them that need no I/O."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    Row,
    Table,
    Text,
    UniqueConstraint,
)

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime, partial_index

MIN_CHOICES: Final = 2
MAX_CHOICES: Final = 50
MAX_CHOICE: Final = 200
MAX_QUESTION: Final = 500

polls = Table(
    "polls",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False),
    Column("message_id", BigId, ForeignKey("messages.id"), nullable=False, unique=True),
    Column("author_id", BigId, nullable=False),
    Column("question", Text, nullable=False),
    Column("multiple", Boolean, nullable=False),
    Column("anonymous", Boolean, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("closes_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    sqlite_autoincrement=True,
)
Index("ix_polls_conversation_id_id", polls.c.conversation_id, polls.c.id)
partial_index("ix_polls_due", polls.c.closes_at, where=polls.c.closed_at.is_(None))

poll_choices = Table(
    "poll_choices",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("poll_id", BigId, ForeignKey("polls.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("choice", Text, nullable=False),
    UniqueConstraint("poll_id", "position"),
    UniqueConstraint("poll_id", "id"),
    sqlite_autoincrement=True,
)

poll_votes = Table(
    "poll_votes",
    metadata,
    Column("poll_id", BigId, primary_key=True),
    Column("choice_id", BigId, primary_key=True),
    Column("user_id", BigId, primary_key=True),
    Column("voted_at", UtcDateTime, nullable=False),
    # A vote for another poll's choice cannot even be stored.
    ForeignKeyConstraint(
        ["poll_id", "choice_id"],
        ["poll_choices.poll_id", "poll_choices.id"],
        name="fk_poll_votes_choice",
    ),
    Index("ix_poll_votes_poll_id_user_id", "poll_id", "user_id"),
)


@dataclass(frozen=True, slots=True)
class OutgoingPoll:
    """A poll that is to be posted."""

    question: str
    choices: tuple[str, ...]
    multiple: bool = False
    anonymous: bool = False
    closes_at: datetime | None = None


def is_closed(poll: Row[Any], now: datetime) -> bool:
    """Whether a poll (a row of `polls`) no longer accepts votes."""
    return poll.closed_at is not None or (poll.closes_at is not None and poll.closes_at <= now)
