"""Direct conversations, made on first use and kept for ever."""

from functools import partial

from sqlalchemy import Connection, String, bindparam, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from messages_service.models import DIRECT, MEMBER, PRIVATE, conversations, direct_key, memberships
from messages_service.parts import Parts
from messages_service.prepared import Prepared
from messages_service.profiles import Profile
from messages_service.publish import notice, user_topic
from messages_service.queries.conversations import conversation_for
from servicekit.db import Transaction
from servicekit.times import utcnow


def direct_conversation(parts: Parts, running: Transaction, one: Profile, other: Profile) -> int:
    """The conversation of the two, or of one alone; who makes it at the same time gets the same."""
    key = direct_key(one.id, other.id)
    found = find_direct(running.connection, key)
    if found is not None:
        # Only after the commit: this transaction may have made the row, and may still be undone.
        running.on_commit(partial(parts.direct_ids.remember, key, found))
        return found
    made = _make(running.connection, one.id, {one.id, other.id}, key)
    if made is None:
        found = find_direct(running.connection, key)
        assert found is not None, "somebody else has just made it"
        return found
    for user_id in sorted({one.id, other.id}):
        announce_added(parts, running, user_id, made)
    return made


def find_direct(connection: Connection, key: str) -> int | None:
    rows = _find.rows(connection, {"key": key})
    return rows[0][0] if rows else None


def announce_added(parts: Parts, running: Transaction, user_id: int, conversation_id: int) -> None:
    """Tell a person's sockets that they are now in a conversation."""
    shown = conversation_for(parts, user_id, conversation_id)
    text = notice("conversation.added", {"conversation_id": conversation_id, "conversation": shown})
    parts.publisher.announce(running, [(user_topic(user_id), text)])


def _make(connection: Connection, maker: int, members: set[int], key: str) -> int | None:
    insert_once = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    now = utcnow()
    made: int | None = connection.execute(
        insert_once(conversations)
        .values(
            kind=DIRECT,
            visibility=PRIVATE,
            direct_key=key,
            member_count=len(members),
            created_by=maker,
            created_at=now,
            active_at=now,
        )
        .on_conflict_do_nothing(index_elements=["direct_key"])
        .returning(conversations.c.id)
    ).scalar_one_or_none()
    if made is not None:
        rows = [
            {"conversation_id": made, "user_id": i, "role": MEMBER, "joined_at": now}
            for i in sorted(members)
        ]
        connection.execute(insert(memberships), rows)
    return made


_find = Prepared(
    default=select(conversations.c.id).where(
        conversations.c.direct_key == bindparam("key", type_=String)
    )
)
