"""The followers of a thread, and how far they have read it."""

from collections.abc import Callable, Collection, Iterator
from types import SimpleNamespace
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Insert,
    ScalarSelect,
    Select,
    Table,
    and_,
    bindparam,
    case,
    func,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from messages_service.models import memberships, messages
from messages_service.prepared import Prepared
from messages_service.shapes.notices import ThreadState
from messages_service.threads.models import MOST_UNREAD, thread_follows


def follow_by_reply(
    connection: Connection, first: SimpleNamespace, author_id: int, seq: int
) -> None:
    """The author of a reply follows the thread, and has read it up to there.

    With the first reply the author of the first message follows it, too, unless they have said
    otherwise before.
    """
    if not first.reply_count and first.author_id != author_id:
        _follow_unless_known.run(connection, _row(first.id, first.author_id))
    _follow_and_read.run(connection, _row(first.id, author_id, read_seq=seq))


def follow_by_mention(
    connection: Connection, message_id: int, user_ids: Collection[int], seq: int
) -> None:
    """People who are mentioned in the reply `seq` follow the thread; that reply is unread."""
    for user_id in user_ids:
        _follow.run(connection, _row(message_id, user_id, read_seq=seq - 1))


def follow(connection: Connection, message_id: int, user_id: int, read_seq: int) -> None:
    """Follow the thread of a first message; `read_seq` counts if the person never read it."""
    _follow.run(connection, _row(message_id, user_id, read_seq=read_seq))


def unfollow(connection: Connection, message_id: int, user_id: int, read_seq: int) -> None:
    """The opposite; the read marker stays."""
    _follow.run(connection, _row(message_id, user_id, following=False, read_seq=read_seq))


def read_up_to(connection: Connection, message_id: int, user_id: int, seq: int) -> None:
    """Move the read marker, which only moves forward."""
    _read.run(connection, _row(message_id, user_id, following=False, read_seq=seq))


def state_of(connection: Connection, message_id: int, user_id: int) -> ThreadState:
    """One person's own fields of the thread of a first message."""
    values = {"message_id": message_id, "user_id": user_id}
    return _shown(*connection.execute(_state_of_one, values).one())


def states_of_followers(
    connection: Connection, message_id: int
) -> Iterator[tuple[int, ThreadState]]:
    """The same of everybody who follows it and is still a member, by their ids."""
    for user_id, *columns in _states_of_followers.rows(connection, {"message_id": message_id}):
        yield user_id, _shown(*columns)


def unread_replies() -> ScalarSelect[int]:
    """How many replies of a thread a person has not read, in a select of `thread_follows`."""
    reply = messages.alias("reply")
    counted = (
        select(reply.c.id)
        .where(
            reply.c.thread_id == thread_follows.c.message_id,
            reply.c.seq > thread_follows.c.read_seq,
            reply.c.author_id != thread_follows.c.user_id,
            reply.c.deleted_at.is_(None),
        )
        .limit(MOST_UNREAD)
        .correlate(thread_follows)
        .subquery()
    )
    return select(func.count()).select_from(counted).correlate(thread_follows).scalar_subquery()


def _row(
    message_id: int, user_id: int, *, following: bool = True, read_seq: int = 0
) -> dict[str, object]:
    return {
        "message_id": message_id,
        "user_id": user_id,
        "following": following,
        "read_seq": read_seq,
    }


def _shown(
    message_id: int,
    conversation_id: int,
    last_reply_seq: int | None,
    following: bool | None,
    read_seq: int | None,
    unread: int,
) -> ThreadState:
    return {
        "message_id": message_id,
        "conversation_id": conversation_id,
        "following": bool(following),
        "read_seq": read_seq or 0,
        "last_reply_seq": last_reply_seq or 0,
        "unread": unread,
    }


def _upsert(change: Callable[[Any], dict[str, Any]] | None) -> Prepared:
    """Insert a row of `thread_follows`; `change` says what of an earlier row to replace."""

    def statement(insert: Callable[[Table], postgresql.Insert | sqlite.Insert]) -> Insert:
        columns = thread_follows.c
        new = insert(thread_follows).values(
            {column.name: bindparam(column.name, type_=column.type) for column in columns}
        )
        key = ["message_id", "user_id"]
        if change is None:
            return new.on_conflict_do_nothing(index_elements=key)
        return new.on_conflict_do_update(index_elements=key, set_=change(new.excluded))

    return Prepared(sqlite=statement(sqlite.insert), postgresql=statement(postgresql.insert))


def _later(new: Any) -> Any:
    old = thread_follows.c.read_seq
    return case((new.read_seq > old, new.read_seq), else_=old)


def _states(*first_columns: Any) -> Select[Any]:
    return select(
        *first_columns,
        messages.c.id,
        messages.c.conversation_id,
        messages.c.last_reply_seq,
        thread_follows.c.following,
        thread_follows.c.read_seq,
        unread_replies(),
    )


_follow = _upsert(lambda new: {"following": new.following})
_follow_unless_known = _upsert(None)
_follow_and_read = _upsert(lambda new: {"following": new.following, "read_seq": _later(new)})
_read = _upsert(lambda new: {"read_seq": _later(new)})
_is_thread = messages.c.id == bindparam("message_id", type_=BigInteger)
_of_thread = thread_follows.c.message_id == messages.c.id
_is_person = thread_follows.c.user_id == bindparam("user_id", type_=BigInteger)
_state_of_one = (
    _states()
    .select_from(messages.outerjoin(thread_follows, and_(_of_thread, _is_person)))
    .where(_is_thread)
)
_states_of_followers = Prepared(
    default=_states(thread_follows.c.user_id)
    .select_from(
        messages.join(thread_follows, _of_thread).join(
            memberships,
            and_(
                memberships.c.conversation_id == messages.c.conversation_id,
                memberships.c.user_id == thread_follows.c.user_id,
            ),
        )
    )
    .where(_is_thread, thread_follows.c.following)
)
