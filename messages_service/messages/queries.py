"""Pages of messages, oldest first, with one query for all people and one for all reactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, Row, Select, bindparam, func, select, true

from messages_service import payloads
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.mentions.queries import messages_mentioning
from messages_service.messages.extras import extras_of
from messages_service.messages.reactions import reactions_to
from messages_service.messages.shapes import Version
from messages_service.models import DIRECT, conversations, memberships, message_edits, messages
from messages_service.page_sizes import fits, with_running_size
from messages_service.payloads import NO_EXTRAS
from messages_service.prepared import Prepared
from messages_service.shapes.messages import Message
from servicekit.data.columns import UtcDateTime
from servicekit.data.pages import between
from servicekit.times import isoformat
from servicekit.web.paging import PageQuery

_first_since = (
    select(messages.c.seq)
    .where(
        messages.c.conversation_id == bindparam("conversation_id"),
        messages.c.created_at >= bindparam("moment", type_=UtcDateTime),
    )
    .order_by(messages.c.created_at, messages.c.seq)
    .limit(1)
)
MAX_VERSIONS: Final = 100
"""Earlier versions of a message that its history shows."""

SIZE = (
    func.length(messages.c.content) + func.length(messages.c.html) + messages.c.quoted_size
).label("size")
Bound = int | ColumnElement[int] | None
"""Where a page begins or ends: a key, a bind parameter for one, or nothing."""


@dataclass(frozen=True)
class Page:
    """Messages, and whether there are more on the side that was asked for."""

    messages: list[Message]
    has_more: bool


def describe(context: Context, rows: Sequence[Row[Any]]) -> list[Message]:
    """Messages as clients get them."""
    if not rows:
        return []
    ids_of_people = {row.author_id for row in rows} | {
        row.recipient_id for row in rows if row.recipient_id
    }
    ids_of_people.update(*map(payloads.shown_participants, rows))
    profiles = context.profiles.find_many(ids_of_people)
    people = payloads.people_of(profiles, ids_of_people, with_email=context.is_tutorial)
    # The parts beside the text of a deleted message are removed later.
    ids = [row.id for row in rows if row.deleted_at is None]
    connection = context.connection
    given = reactions_to(connection, ids)
    extras = extras_of(connection, ids)
    return [
        payloads.message(row, people, given.get(row.id, ()), extras.get(row.id, NO_EXTRAS))
        for row in rows
    ]


def describe_one(context: Context, message_id: int) -> Message:
    row = context.db.session.execute(select(messages).where(messages.c.id == message_id)).one()
    return describe(context, [row])[0]


def page_of_conversation(
    context: Context, conversation_id: int, query: PageQuery, *, around: int | None = None
) -> Page:
    """A page by seq: the newest, or the one before, after or around a seq.

    Replies that are in their thread alone are left out.
    """
    limit = query.limit
    if around is None:
        return _page_by_seq(context, conversation_id, query.before, query.after, limit)
    older = _page_by_seq(context, conversation_id, around + 1, None, limit // 2 + 1)
    newest = max(1, limit - len(older.messages))
    newer = _page_by_seq(context, conversation_id, None, around, newest)
    return Page(
        (older.messages + newer.messages)[:limit] if limit > 1 else older.messages, older.has_more
    )


def first_seq_since(context: Context, conversation_id: int, moment: datetime) -> int | None:
    """The seq of the first message at or after a time."""
    values = {"conversation_id": conversation_id, "moment": moment}
    found: int | None = context.db.session.execute(_first_since, values).scalar()
    return found


def page_of_caller(context: Context, caller: Caller, query: PageQuery) -> Page:
    """A page by id of all that the caller may read."""
    if caller.is_anonymous:
        everything = select(messages)
        return _page(context, everything, messages.c.id, query.before, query.after, query.limit)
    mine = select(memberships.c.conversation_id).where(memberships.c.user_id == caller.user_id)
    return _page_of_many(context, mine, query.before, query.after, query.limit)


def page_of_direct_messages(context: Context, user_id: int, query: PageQuery) -> Page:
    """A page by id of the direct messages to and from a person."""
    theirs = (
        select(memberships.c.conversation_id)
        .join(conversations)
        .where(memberships.c.user_id == user_id, conversations.c.kind == DIRECT)
    )
    return _page_of_many(context, theirs, query.before, query.after, query.limit)


def page_of_replies(context: Context, thread_id: int, query: PageQuery) -> Page:
    """A page by id of the replies of a thread."""
    replies = select(messages).where(messages.c.thread_id == thread_id)
    return _page(context, replies, messages.c.id, query.before, query.after, query.limit)


def page_of_mentions(context: Context, user_id: int, query: PageQuery) -> Page:
    """A page by id of the messages that mention a person."""
    dialect = context.db.session.get_bind().dialect.name
    mentioning = messages_mentioning(dialect, user_id, query)
    return _page(context, mentioning, messages.c.id, query.before, query.after, query.limit)


def versions_of(context: Context, message_id: int) -> list[Version]:
    """Earlier versions of a message, oldest first; of many versions the last ones."""
    size = (func.length(message_edits.c.content) + func.length(message_edits.c.html)).label("size")
    of_message = message_edits.c.message_id == message_id
    newest = select(message_edits.c.seq, size).where(of_message)
    newest = newest.order_by(message_edits.c.seq.desc()).limit(MAX_VERSIONS)
    sized = with_running_size(newest, "seq", descending=True)
    query = (
        select(message_edits)
        .join(sized, sized.c.seq == message_edits.c.seq)
        .where(of_message, fits(sized))
        .order_by(message_edits.c.seq)
    )
    return [
        {"content": row.content, "html": row.html, "date": isoformat(row.written_at)}
        for row in context.db.session.execute(query)
    ]


def _page_by_seq(
    context: Context, conversation_id: int, before: int | None, after: int | None, limit: int
) -> Page:
    statement = _pages_by_seq(before is not None, after is not None)
    values = {"conversation_id": conversation_id, "before": before, "after": after}
    rows = statement.records(context.connection, values | _limits(limit))
    return _page_of(context, rows, _is_forward(before, after))


@cache
def _pages_by_seq(has_before: bool, has_after: bool) -> Prepared:
    """The statement for each kind of page."""
    rows = select(messages).where(
        messages.c.conversation_id == bindparam("conversation_id"), messages.c.in_conversation
    )
    before: Bound = bindparam("before") if has_before else None
    after: Bound = bindparam("after") if has_after else None
    return Prepared(default=_bounded(rows, messages.c.seq, before, after))


def _page_of_many(
    context: Context,
    of_conversations: Select[tuple[int]],
    before: int | None,
    after: int | None,
    limit: int,
) -> Page:
    """A page by id of several conversations: the nearest of each, then of these.

    Inside a conversation, ids and seqs have the same order.
    """
    chosen = of_conversations.subquery()
    near = messages.alias()
    backward = not _is_forward(before, after)
    nearest = (
        between(select(near.c.id), near.c.id, before, after)
        .where(near.c.conversation_id == chosen.c.conversation_id)
        .order_by(near.c.seq.desc() if backward else near.c.seq)
        .limit(limit + 1)
        .correlate(chosen)
    )
    if context.db.session.get_bind().dialect.name == "postgresql":
        each = nearest.lateral()
        query = select(messages).select_from(
            chosen.join(each, true()).join(messages, messages.c.id == each.c.id)
        )
    else:
        query = select(messages).select_from(chosen.join(messages, messages.c.id.in_(nearest)))
    return _page(context, query, messages.c.id, before, after, limit)


def _page(
    context: Context,
    query: Select[Any],
    key: ColumnElement[int],
    before: int | None,
    after: int | None,
    limit: int,
) -> Page:
    statement = _bounded(query, key, before, after)
    rows = context.db.session.execute(statement, _limits(limit)).all()
    return _page_of(context, rows, _is_forward(before, after))


def _page_of(context: Context, rows: Sequence[Row[Any]], is_forward: bool) -> Page:
    has_more = bool(rows) and rows[0].found > len(rows)
    return Page(describe(context, rows if is_forward else rows[::-1]), has_more)


def _bounded(
    query: Select[Any], key: ColumnElement[int], before: Bound, after: Bound
) -> Select[Any]:
    """A page of these messages, bounded in number (`_limits` binds it) and in size."""
    is_forward = _is_forward(before, after)
    sizes = query.with_only_columns(messages.c.id, SIZE, maintain_column_froms=True)
    wanted = between(sizes, key, before, after).order_by(key if is_forward else key.desc())
    surplus = bindparam("limit_and_one", type_=Integer)
    sized = with_running_size(wanted.limit(surplus), "id", descending=not is_forward)
    return (
        select(messages, sized.c.found)
        .join(sized, sized.c.id == messages.c.id)
        .where(fits(sized))
        .order_by(messages.c.id if is_forward else messages.c.id.desc())
        .limit(bindparam("limit", type_=Integer))
    )


def _limits(limit: int) -> dict[str, int]:
    return {"limit": limit, "limit_and_one": limit + 1}


def _is_forward(before: Bound, after: Bound) -> bool:
    return after is not None and before is None
