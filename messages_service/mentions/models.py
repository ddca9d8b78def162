"""Table of mentions."""

from typing import Final

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Table

from messages_service.models import BigId, metadata
from messages_service.shapes.values import Everyone

EVERYONE_IDS: Final[dict[Everyone, int]] = {"room": 0, "here": -1}
"""The `user_id` of a mention of all members; ids of people begin at 1."""

message_mentions = Table(
    "message_mentions",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True),
    Column("user_id", BigId, primary_key=True),
    Column("conversation_id", BigId, nullable=False),
    Column("seq", BigInteger, nullable=False),
)
Index(
    "ix_message_mentions_conversation_id_user_id_seq",
    message_mentions.c.conversation_id,
    message_mentions.c.user_id,
    message_mentions.c.seq,
    message_mentions.c.message_id,
)
