"""Reads of the log: pages of events, cursors, sync."""

from collections.abc import Callable
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    true,
)

from messages_service.context import Context
from messages_service.conversations.schemas import Cursors, EventListQuery
from messages_service.conversations.shapes import Cursor, EventPage, Sync, SyncPage
from messages_service.log import (
    CONVERSATION_UPDATED,
    EPOCH_KEY,
    MEMBER_JOINED,
    MEMBER_LEFT,
    MESSAGE_PINNED,
    read_epoch,
)
from messages_service.models import blocks, conversations, events, memberships, meta
from messages_service.page_sizes import fits, with_running_size
from messages_service.prepared import Prepared
from messages_service.shapes.events import Event
from servicekit.times import isoformat

NOTED = (MEMBER_JOINED, MEMBER_LEFT, CONVERSATION_UPDATED, MESSAGE_PINNED)
"""Types of the events that clients show as lines between messages."""
NOTED_RANGE = 1000
"""Entries of the log among which they are looked for: there may be many votes between messages."""


def events_after(
    context: Context, conversation_id: int, last_seq: int, query: EventListQuery
) -> EventPage:
    """The next events of a conversation; `more` says whether there are further ones."""
    connection, after = context.connection, query.after
    values = {"conversation_id": conversation_id, "after": after, "limit": query.limit}
    epoch = read_epoch(connection)
    found = [_event(row, epoch) for row in _next_events.records(connection, values)]
    return {**_page(found, after, last_seq), "epoch": epoch}


def noted_events(
    context: Context, conversation_id: int, first: int, last: int, epoch: str
) -> list[Event]:
    """The `NOTED` events from one seq to another."""
    values = {
        "conversation_id": conversation_id,
        "first": max(first, last - NOTED_RANGE + 1),
        "last": last,
    }
    rows = _noted_events.records(context.connection, values)
    return [_event(row, epoch) for row in rows]


def sync(context: Context, user_id: int, body: Cursors) -> Sync:
    """The events a person missed in many conversations; others' conversations are left out."""
    is_mine = conversations.c.id.in_(
        select(memberships.c.conversation_id).where(memberships.c.user_id == user_id)
    )
    return _events_where(context, is_mine, body)


def events_of_many(context: Context, body: Cursors) -> Sync:
    """The same of any conversations."""
    return _events_where(context, true(), body)


def _events_where(context: Context, condition: ColumnElement[bool], body: Cursors) -> Sync:
    cursors = {int(key): seq for key, seq in body.cursors.items()}
    query = select(conversations.c.id, conversations.c.last_seq).where(
        condition, conversations.c.id.in_(cursors)
    )
    heads = {row.id: row.last_seq for row in context.db.session.execute(query)}
    wanted = _shares(heads, cursors, body.limit)
    epoch = current_epoch(context)
    found: dict[int, list[Event]] = {conversation_id: [] for conversation_id in heads}
    for row in _ranges(context, wanted):
        found[row.conversation_id].append(_event(row, epoch))
    return {
        "conversations": {
            str(conversation_id): _page(found[conversation_id], cursors[conversation_id], last_seq)
            for conversation_id, last_seq in heads.items()
        },
        "epoch": epoch,
    }


def cursors_of(context: Context, user_id: int) -> list[Cursor]:
    """All conversations of a person with their last seq."""
    query = (
        select(conversations.c.id, conversations.c.last_seq)
        .join(memberships)
        .where(memberships.c.user_id == user_id)
        .order_by(conversations.c.id)
    )
    return [{"id": row.id, "last_seq": row.last_seq} for row in context.db.session.execute(query)]


def cursors_of_many(context: Context, user_ids: list[int]) -> dict[str, list[Cursor]]:
    """The same of several people, in one query."""
    query = (
        select(memberships.c.user_id, conversations.c.id, conversations.c.last_seq)
        .join_from(memberships, conversations)
        .where(memberships.c.user_id.in_(user_ids))
        .order_by(memberships.c.user_id, conversations.c.id)
    )
    found: dict[str, list[Cursor]] = {str(user_id): [] for user_id in user_ids}
    for row in context.db.session.execute(query):
        found[str(row.user_id)].append({"id": row.id, "last_seq": row.last_seq})
    return found


def epoch_and_blocked(context: Context, user_id: int) -> tuple[str, str]:
    """The epoch, and the ids of the people whom that person has blocked, with commas between."""
    values = {"user_id": user_id}
    [(epoch, blocked_ids)] = _epoch_and_blocked.rows(context.connection, values)
    return epoch, blocked_ids or ""


def current_epoch(context: Context) -> str:
    return read_epoch(context.connection)


def _page(found: list[Event], after: int, last_seq: int) -> SyncPage:
    if after > last_seq:  # the log was restored from a backup, and its epoch was not renewed
        return {"events": [], "last_seq": last_seq, "more": False, "reset": True}
    reached = found[-1]["seq"] if found else after
    # Events that were added since last_seq was read belong to a later page, but are not hidden.
    last_seq = max(last_seq, reached) if found else last_seq
    return {"events": found, "last_seq": last_seq, "more": reached < last_seq}


def _shares(
    heads: dict[int, int], cursors: dict[int, int], limit: int
) -> dict[int, tuple[int, int]]:
    """Ranges of seqs, `limit` in all: as seqs have no holes, a range's length is its events."""
    shares = {}
    behind = {i: last_seq for i, last_seq in heads.items() if cursors[i] < last_seq}
    for left, conversation_id in zip(range(len(behind), 0, -1), behind, strict=True):
        after = cursors[conversation_id]
        share = min(behind[conversation_id] - after, max(1, limit // left))
        shares[conversation_id] = (after, after + share)
        limit = max(0, limit - share)
    return shares


def _ranges(context: Context, ranges: dict[int, tuple[int, int]]) -> list[Row[Any]]:
    if not ranges:
        return []
    parts_of_log = [
        and_(
            events.c.conversation_id == conversation_id, events.c.seq > after, events.c.seq <= upto
        )
        for conversation_id, (after, upto) in ranges.items()
    ]
    return list(context.db.session.execute(_fitting(_sizes().where(or_(*parts_of_log)))))


def _sizes() -> Select[Any]:
    size = func.length(events.c.data).label("size")
    return select(events.c.conversation_id, events.c.seq, size)


def _fitting(wanted: Select[Any]) -> Select[Any]:
    """The events that fit into a page; those after them follow in the next."""
    sized = with_running_size(wanted, "conversation_id", "seq")
    is_same = (sized.c.conversation_id == events.c.conversation_id) & (sized.c.seq == events.c.seq)
    query = select(events).join(sized, is_same).where(fits(sized))
    return query.order_by(events.c.conversation_id, events.c.seq)


def _event(row: Row[Any], epoch: str) -> Event:
    return {
        "conversation_id": row.conversation_id,
        "seq": row.seq,
        "epoch": epoch,
        "type": row.type,
        "date": isoformat(row.date),
        "data": orjson.Fragment(row.data),
    }


def _select_epoch_and_blocked(joined: Callable[..., ColumnElement[str]]) -> Select[Any]:
    blocked_ids = select(joined(cast(blocks.c.blocked_id, Text), ",")).where(
        blocks.c.blocker_id == bindparam("user_id")
    )
    return select(meta.c.value, blocked_ids.scalar_subquery()).where(meta.c.key == EPOCH_KEY)


_epoch_and_blocked = Prepared(
    sqlite=_select_epoch_and_blocked(func.group_concat),
    postgresql=_select_epoch_and_blocked(func.string_agg),
)

_next_events = Prepared(
    default=_fitting(
        _sizes()
        .where(
            events.c.conversation_id == bindparam("conversation_id"),
            events.c.seq > bindparam("after"),
        )
        .order_by(events.c.seq)
        .limit(bindparam("limit"))
    )
)

_noted_events = Prepared(
    default=_fitting(
        _sizes().where(
            events.c.conversation_id == bindparam("conversation_id"),
            events.c.seq >= bindparam("first"),
            events.c.seq <= bindparam("last"),
            or_(*(events.c.type == noted for noted in NOTED)),
        )
    )
)
