"""The threads that a person follows, as rows; `messages` describes them."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Integer,
    Row,
    Select,
    and_,
    bindparam,
    func,
    select,
    tuple_,
)

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.access import readable_message
from messages_service.models import memberships, messages
from messages_service.page_sizes import fits, with_running_size
from messages_service.shapes.notices import ThreadState
from messages_service.threads.follows import state_of, unread_replies
from messages_service.threads.models import IS_FOLLOWED, thread_follows
from messages_service.threads.schemas import ThreadListQuery

Rows = Sequence[Row[Any]]


def thread_for(context: Context, caller: Caller, user_id: int, message_id: int) -> ThreadState:
    """The person's own fields of a message's thread."""
    message = readable_message(context, caller, message_id)
    connection = context.connection
    return state_of(connection, message.thread_id or message.id, user_id)


def followed_by(context: Context, user_id: int, query: ThreadListQuery) -> tuple[Rows, bool]:
    """First messages with `read_seq` and `unread`, and whether there are more.

    The latest reply comes first.
    """
    statement = _followed(query.unread, query.before is not None, query.after is not None)
    values = {
        "user_id": user_id,
        "before": query.before,
        "after": query.after,
        "limit": query.limit,
        "limit_and_one": query.limit + 1,
    }
    rows = context.db.session.execute(statement, values).all()
    return rows, bool(rows) and rows[0].found > len(rows)


def last_replies(context: Context, message_ids: Sequence[int]) -> Rows:
    """The last reply of each of these threads that has one."""
    return context.db.session.execute(_last_replies, {"message_ids": message_ids}).all()


@cache
def _followed(unread: bool | None, has_before: bool, has_after: bool) -> Select[Any]:
    """Built once for each kind of page: it costs several times what running it does."""
    size = _length_of(messages) + func.coalesce(_length_of(_reply), 0)
    mine = (
        select(messages.c.id, _activity.label("activity"), size.label("size"))
        .select_from(_followed_messages.outerjoin(_reply, _is_last))
        .where(thread_follows.c.user_id == bindparam("user_id"), IS_FOLLOWED)
    )
    if unread is not None:
        is_unread = func.coalesce(messages.c.last_reply_seq, 0) > thread_follows.c.read_seq
        mine = mine.where(is_unread if unread else ~is_unread)
    place = tuple_(_activity, messages.c.id)
    if has_before:
        mine = mine.where(place < _place_of("before"))
    if has_after:
        mine = mine.where(place > _place_of("after"))
    mine = mine.order_by(_activity.desc(), messages.c.id.desc())
    sized = with_running_size(
        mine.limit(bindparam("limit_and_one", type_=Integer)), "activity", "id", descending=True
    )
    return (
        select(messages, thread_follows.c.read_seq, unread_replies().label("unread"), sized.c.found)
        .select_from(_followed_messages.join(sized, sized.c.id == messages.c.id))
        .where(thread_follows.c.user_id == bindparam("user_id"), fits(sized))
        .order_by(sized.c.activity.desc(), messages.c.id.desc())
        .limit(bindparam("limit", type_=Integer))
    )


def _length_of(table: Any) -> ColumnElement[int]:
    return func.length(table.c.content) + func.length(table.c.html)


def _place_of(name: str) -> ColumnElement[Any]:
    """The place of the thread whose first message is bound as `name` in the order of activity."""
    other = messages.alias()
    message_id = bindparam(name, type_=BigInteger)
    activity = select(_activity_in(other)).where(other.c.id == message_id)
    return tuple_(activity.scalar_subquery(), message_id)


def _activity_in(table: Any) -> ColumnElement[Any]:
    return func.coalesce(table.c.last_reply_at, table.c.created_at)


_activity: Final = _activity_in(messages)
_reply: Final = messages.alias("reply")
_is_last: Final = and_(
    _reply.c.thread_id == messages.c.id, _reply.c.seq == messages.c.last_reply_seq
)
_followed_messages: Final = thread_follows.join(
    messages, messages.c.id == thread_follows.c.message_id
).join(
    memberships,
    and_(
        memberships.c.conversation_id == messages.c.conversation_id,
        memberships.c.user_id == thread_follows.c.user_id,
    ),
)
_last_replies: Final = (
    select(_reply)
    .join_from(messages, _reply, _is_last)
    .where(messages.c.id.in_(bindparam("message_ids", expanding=True)))
)
