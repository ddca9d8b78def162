"""Tables of digests: messages that people have missed, and when each person had an e-mail."""

from sqlalchemy import BigInteger, Column, ForeignKey, Table

from messages_service.models import BigId, metadata
from servicekit.data.columns import UtcDateTime

POSITION = "digest_position"
"""In `meta`: the id of the last message that was looked at."""

missed_messages = Table(
    "missed_messages",
    metadata,
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("conversation_id", BigId, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

digests = Table(
    "digests",
    metadata,
    Column("user_id", BigId, primary_key=True, autoincrement=False),
    Column("sent_at", UtcDateTime),
    # While a process sends one; after that another may.
    Column("claimed_until", UtcDateTime),
)
