"""Direct conversations, created on first use and never deleted."""

from sqlalchemy import Connection, insert, select

from messages_service.context import Context
from messages_service.membership.access import refuse_blocked
from messages_service.models import DIRECT, MEMBER, PRIVATE, conversations, direct_key, memberships
from messages_service.people.profiles import Profile
from messages_service.publish import CONVERSATION_ADDED, notice
from messages_service.shapes.notices import AddedConversation
from servicekit.data.db import Transaction, insert_into
from servicekit.times import utcnow
from servicekit.topics import user_topic


def open_direct(
    context: Context, running: Transaction, author: Profile, other: Profile
) -> tuple[int, bool]:
    """Get or create the direct conversation of two people, or of a person with themselves.

    Returns its id, and whether it is new. Both may open it at the same time.
    """
    key = direct_key(author.id, other.id)
    found = find_direct(running.connection, key)
    if found is not None:
        return found, False
    refuse_blocked(running.connection, key, author.id)
    made = _make(running.connection, author.id, {author.id, other.id}, key)
    if made is None:
        found = find_direct(running.connection, key)
        assert found is not None, "another transaction has just made it"
        return found, False
    for user_id in sorted({author.id, other.id}):
        announce_added(context, running, user_id, made)
    return made, True


def announce_added(
    context: Context, running: Transaction, user_id: int, conversation_id: int
) -> None:
    """Publish to a person, after the commit, that they are now in a conversation."""
    text = notice(CONVERSATION_ADDED, conversation_added(context, user_id, conversation_id))
    context.publisher.announce(running, [(user_topic(user_id), text)])


def conversation_added(context: Context, user_id: int, conversation_id: int) -> AddedConversation:
    """The data of the notice CONVERSATION_ADDED: the conversation as that person sees it."""
    shown = context.conversation_for(context, user_id, conversation_id)
    return {"conversation_id": conversation_id, "conversation": shown}


def find_direct(connection: Connection, key: str) -> int | None:
    query = select(conversations.c.id).where(conversations.c.direct_key == key)
    return connection.execute(query).scalar_one_or_none()


def _make(connection: Connection, maker: int, members: set[int], key: str) -> int | None:
    """None if another transaction made it first."""
    now = utcnow()
    made: int | None = connection.execute(
        insert_into(connection, conversations)
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
