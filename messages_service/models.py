"""Tables of messages_service, and the rules about them that need no I/O."""

from collections.abc import Iterable
from typing import Final, Literal

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    false,
    func,
    true,
)

from servicekit.data.columns import UtcDateTime, partial_index
from servicekit.data.db import make_db
from servicekit.data.outbox import make_outbox_table
from servicekit.place_limits import LONGEST_TEXT

db = make_db()
metadata = db.metadata
BigId = BigInteger().with_variant(Integer, "sqlite")

DIRECT: Final = "direct"
GROUP: Final = "group"
ROOM: Final = "room"
PUBLIC: Final = "public"
PRIVATE: Final = "private"
OWNER: Final = "owner"
MODERATOR: Final = "moderator"
MEMBER: Final = "member"
RANKS: Final = {MEMBER: 1, MODERATOR: 2, OWNER: 3}

MAX_CONTENT: Final = LONGEST_TEXT
MAX_NAME: Final = 80
MAX_TOPIC: Final = 500
MAX_GROUP: Final = 50
MAX_SEARCH: Final = 100

meta = Table(
    "meta",
    metadata,
    Column("key", String(32), primary_key=True),
    Column("value", Text, nullable=False),
)

profiles = Table(
    "profiles",
    metadata,
    Column("id", BigId, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("nickname", Text, nullable=False),
    Column("nickname_key", Text, nullable=False, index=True),
    Column("email", Text),
    Column("email_confirmed", Boolean, nullable=False, server_default=false()),
    Column("role", String(16), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("avatar_url", Text),
    Column("status_emoji", Text),
    Column("dnd_until", UtcDateTime),
    Column("language", Text),
    Column("time_zone", Text),
    Column("updated_at", UtcDateTime),
)

conversations = Table(
    "conversations",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("visibility", String(8), nullable=False),
    Column("name", Text),
    Column("name_key", Text, unique=True),
    Column("look_key", Text, unique=True),
    Column("direct_key", String(48), unique=True),
    Column("topic", Text, nullable=False, server_default=""),
    Column("last_seq", BigInteger, nullable=False, server_default="0"),
    Column("last_message_seq", BigInteger, nullable=False, server_default="0"),
    Column("member_count", Integer, nullable=False, server_default="0"),
    Column("pin_count", Integer, nullable=False, server_default="0"),
    # Outgoing webhooks that want its messages.
    Column("outgoing_webhooks", Integer, nullable=False, server_default="0"),
    Column("created_by", BigId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("active_at", UtcDateTime, nullable=False),
    Column("archived_at", UtcDateTime),
    CheckConstraint("kind IN ('direct', 'group', 'room')", name="kind"),
    CheckConstraint("visibility IN ('public', 'private')", name="visibility"),
    sqlite_autoincrement=True,
)
Index(
    "ix_conversations_browse", conversations.c.kind, conversations.c.visibility, conversations.c.id
)

memberships = Table(
    "memberships",
    metadata,
    Column("conversation_id", BigId, ForeignKey("conversations.id"), primary_key=True),
    Column("user_id", BigId, primary_key=True),
    Column("role", String(16), nullable=False),
    Column("read_seq", BigInteger, nullable=False, server_default="0"),
    Column("joined_at", UtcDateTime, nullable=False),
    Column("notify", String(8), nullable=False, server_default="all"),
    Column("starred", Boolean, nullable=False, server_default=false()),
    Column("muted_until", UtcDateTime),
    # At most read_seq + 1: messages from here on were marked as unread.
    Column("unread_from_seq", BigInteger),
    CheckConstraint("role IN ('owner', 'moderator', 'member')", name="role"),
    Index("ix_memberships_user_id_conversation_id", "user_id", "conversation_id"),
    sqlite_with_rowid=False,
)

MY_COLUMNS: Final = (
    memberships.c.role,
    memberships.c.read_seq,
    memberships.c.notify,
    memberships.c.starred,
    memberships.c.muted_until,
    memberships.c.unread_from_seq,
)
"""The fields that a person's membership adds to a conversation as they see it."""
READ_MARKER: Final = func.coalesce(memberships.c.unread_from_seq - 1, memberships.c.read_seq)
"""The seq of the last entry that counts as read."""

messages = Table(
    "messages",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("author_id", BigId, nullable=False),
    Column("recipient_id", BigId),
    Column("client_id", String(64)),
    Column("content", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("reply_to", BigId),
    # The first message of the thread that a reply belongs to.
    Column("thread_id", BigId),
    # False for a reply that is shown in its thread alone.
    Column("in_conversation", Boolean, nullable=False, server_default=true()),
    # Of a first message: its thread. The ids are a JSON list.
    Column("reply_count", Integer, nullable=False, server_default="0"),
    Column("last_reply_seq", BigInteger),
    Column("last_reply_at", UtcDateTime),
    Column("participant_ids", Text),
    Column("created_at", UtcDateTime, nullable=False),
    Column("edited_at", UtcDateTime),
    Column("deleted_at", UtcDateTime),
    # Characters of a forwarded message, for the size of pages.
    Column("quoted_size", Integer, nullable=False, server_default="0"),
    # Of a webhook or command: the name and emoji it is shown with, as JSON.
    Column("posted_as", Text),
    Index("ix_messages_author_id_client_id", "author_id", "client_id", unique=True),
    sqlite_autoincrement=True,
)
# Also answers "how many of others' messages after seq" without a look at the rows themselves.
Index(
    "ix_messages_conversation_id_seq",
    messages.c.conversation_id,
    messages.c.seq,
    messages.c.author_id,
    messages.c.deleted_at,
    messages.c.in_conversation,
)
Index("ix_messages_conversation_id_created_at", messages.c.conversation_id, messages.c.created_at)
# The same as the first for the replies of a thread.
partial_index(
    "ix_messages_thread_id_seq",
    messages.c.thread_id,
    messages.c.seq,
    messages.c.author_id,
    messages.c.deleted_at,
    where=messages.c.thread_id.is_not(None),
)

message_edits = Table(
    "message_edits",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True),
    # The seq of the message.edited event that ended this version.
    Column("seq", BigInteger, primary_key=True),
    Column("content", Text, nullable=False),
    Column("html", Text, nullable=False),
    Column("written_at", UtcDateTime, nullable=False),
)

# The text of deleted messages, as long as the deletion can be undone.
deletions = Table(
    "deletions",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True, autoincrement=False),
    Column("conversation_id", BigId, ForeignKey("conversations.id"), nullable=False),
    Column("deleted_by", BigId),
    Column("deleted_at", UtcDateTime, nullable=False, index=True),
    Column("content", Text, nullable=False),
    Column("html", Text, nullable=False),
    # Of the event that created the message.
    Column("data", Text, nullable=False),
)

reactions = Table(
    "reactions",
    metadata,
    Column("message_id", BigId, ForeignKey("messages.id"), primary_key=True),
    Column("emoji", String(64), primary_key=True),
    Column("user_id", BigId, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("conversation_id", BigId, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", BigInteger, primary_key=True),
    Column("type", String(32), nullable=False),
    Column("date", UtcDateTime, nullable=False),
    Column("data", Text, nullable=False),
    Column("poll_id", BigId),
    # Set for events beside those of its creation and edits that hold a message's text.
    Column("message_id", BigId),
    sqlite_with_rowid=False,
)
partial_index("ix_events_poll_id", events.c.poll_id, where=events.c.poll_id.is_not(None))
partial_index("ix_events_message_id", events.c.message_id, where=events.c.message_id.is_not(None))

blocks = Table(
    "blocks",
    metadata,
    Column("blocker_id", BigId, primary_key=True, autoincrement=False),
    Column("blocked_id", BigId, primary_key=True, autoincrement=False, index=True),
    Column("blocked_at", UtcDateTime, nullable=False),
    sqlite_with_rowid=False,
)

outbox = make_outbox_table(metadata)


def direct_key(one: int, other: int) -> str:
    """Key of the direct conversation of two people, in whichever order they are named."""
    low, high = sorted((one, other))
    return f"{low}:{high}"


def other_of_direct(key: str, user_id: int) -> int:
    """The other person of a `direct_key`; `user_id` itself in a conversation with oneself."""
    low, high = (int(part) for part in key.split(":"))
    return high if low == user_id else low


def outranks(role: str, other: str) -> bool:
    return RANKS[role] > RANKS[other]


def can_moderate(role: str) -> bool:
    return RANKS[role] >= RANKS[MODERATOR]


def notify_at_first(kind: str) -> Literal["all", "mentions"]:
    """The setting of a new member: a room has too many messages to notify of each of them."""
    return "mentions" if kind == ROOM else "all"


def next_owner(members: Iterable[tuple[int, str]]) -> int | None:
    """The highest role, then the longest membership, of (user_id, role) from old to new."""
    ranked = sorted(members, key=lambda member: -RANKS[member[1]])
    return ranked[0][0] if ranked else None
