"""Pages of messages, oldest first, their people and reactions in a query each, not one apiece."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, select, true

from messages_service import payloads
from messages_service.models import (
    DIRECT,
    conversations,
    memberships,
    message_edits,
    messages,
)
from messages_service.parts import Caller, Parts
from messages_service.payloads import NO_EXTRAS, Json
from messages_service.queries.extras import extras_of
from messages_service.queries.reactions import reactions_to


@dataclass(frozen=True)
class Page:
    """Messages, and whether there are more on the side that was asked for."""

    messages: list[Json]
    has_more: bool


def describe(parts: Parts, rows: Sequence[Row[Any]]) -> list[Json]:
    """Messages as clients get them."""
    if not rows:
        return []
    people = {row.author_id for row in rows} | {
        row.recipient_id for row in rows if row.recipient_id
    }
    profiles = parts.profiles.find_many(people)
    ids = [row.id for row in rows]
    given = reactions_to(parts.db.session.connection(), ids)
    extras = extras_of(parts.db.session.connection(), ids)
    return [
        payloads.message(
            row,
            profiles,
            given.get(row.id, ()),
            extras.get(row.id, NO_EXTRAS),
            with_email=parts.is_tutorial,
        )
        for row in rows
    ]


def page_of_conversation(
    parts: Parts,
    conversation_id: int,
    *,
    before: int | None = None,
    after: int | None = None,
    around: int | None = None,
    limit: int = 50,
) -> Page:
    """A page by seq: the newest, or the one before, after or around a seq."""
    query = select(messages).where(messages.c.conversation_id == conversation_id)
    if around is None:
        return _page(parts, query, messages.c.seq, before, after, limit)
    older = _page(parts, query, messages.c.seq, around + 1, None, limit // 2 + 1)
    newer = _page(parts, query, messages.c.seq, None, around, max(1, limit - len(older.messages)))
    return Page(
        (older.messages + newer.messages)[:limit] if limit > 1 else older.messages, older.has_more
    )


def page_of_caller(
    parts: Parts, caller: Caller, *, before: int | None, after: int | None, limit: int
) -> Page:
    """A page by id of all that the caller may read."""
    if caller.is_anyone:
        return _page(parts, select(messages), messages.c.id, before, after, limit)
    mine = select(memberships.c.conversation_id).where(memberships.c.user_id == caller.user_id)
    return _page_of_many(parts, mine, before, after, limit)


def page_of_direct_messages(
    parts: Parts, user_id: int, *, before: int | None, after: int | None, limit: int
) -> Page:
    """A page by id of the direct messages to and from a person."""
    theirs = (
        select(memberships.c.conversation_id)
        .join(conversations)
        .where(memberships.c.user_id == user_id, conversations.c.kind == DIRECT)
    )
    return _page_of_many(parts, theirs, before, after, limit)


def page_of_replies(
    parts: Parts, message_id: int, *, before: int | None, after: int | None, limit: int
) -> Page:
    """A page by id of the replies to a message."""
    query = select(messages).where(messages.c.reply_to == message_id)
    return _page(parts, query, messages.c.id, before, after, limit)


def versions_of(parts: Parts, message_id: int) -> list[Json]:
    """What a message said before it was edited, oldest first."""
    query = (
        select(message_edits)
        .where(message_edits.c.message_id == message_id)
        .order_by(message_edits.c.seq)
    )
    return [
        {"content": row.content, "html": row.html, "date": payloads.moment(row.written_at)}
        for row in parts.db.session.execute(query)
    ]


def latest_by_conversation(parts: Parts, conversation_ids: Sequence[int]) -> dict[int, Json]:
    """The last message of each of these conversations that has one."""
    if not conversation_ids:
        return {}
    is_last = (messages.c.conversation_id == conversations.c.id) & (
        messages.c.seq == conversations.c.last_message_seq
    )
    query = (
        select(messages)
        .select_from(conversations.join(messages, is_last))
        .where(conversations.c.id.in_(conversation_ids))
    )
    rows = parts.db.session.execute(query).all()
    return {message["conversation_id"]: message for message in describe(parts, rows)}


def _page_of_many(
    parts: Parts,
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
        _between(select(near.c.id), near.c.id, before, after)
        .where(near.c.conversation_id == chosen.c.conversation_id)
        .order_by(near.c.seq.desc() if backward else near.c.seq)
        .limit(limit + 1)
        .correlate(chosen)
    )
    if parts.db.session.get_bind().dialect.name == "postgresql":
        each = nearest.lateral()
        query = select(messages).select_from(
            chosen.join(each, true()).join(messages, messages.c.id == each.c.id)
        )
    else:
        query = select(messages).select_from(chosen.join(messages, messages.c.id.in_(nearest)))
    return _page(parts, query, messages.c.id, before, after, limit)


def _page(
    parts: Parts,
    query: Select[Any],
    key: ColumnElement[int],
    before: int | None,
    after: int | None,
    limit: int,
) -> Page:
    is_forward = _is_forward(before, after)
    query = _between(query, key, before, after).order_by(key if is_forward else key.desc())
    rows = list(parts.db.session.execute(query.limit(limit + 1)))
    has_more = len(rows) > limit
    rows = rows[:limit] if is_forward else rows[:limit][::-1]
    return Page(describe(parts, rows), has_more)


def _between(
    query: Select[Any], key: ColumnElement[int], before: int | None, after: int | None
) -> Select[Any]:
    if before is not None:
        query = query.where(key < before)
    if after is not None:
        query = query.where(key > after)
    return query


def _is_forward(before: int | None, after: int | None) -> bool:
    return after is not None and before is None
