"""append(): the only way to change a conversation."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import BigInteger, Connection, bindparam, insert, select, update

from messages_service.errors import NoSuchConversation
from messages_service.models import conversations, events, meta
from messages_service.prepared import Prepared
from messages_service.publish import Publisher, conversation_topic
from servicekit.db import CoreTransaction
from servicekit.times import UtcDateTime, isoformat, utcnow

MESSAGE_CREATED = "message.created"
MESSAGE_EDITED = "message.edited"
MESSAGE_DELETED = "message.deleted"
REACTION_ADDED = "reaction.added"
REACTION_REMOVED = "reaction.removed"
MEMBER_JOINED = "member.joined"
MEMBER_LEFT = "member.left"
MEMBER_CHANGED = "member.changed"
POLL_VOTED = "poll.voted"
POLL_CLOSED = "poll.closed"
CONVERSATION_UPDATED = "conversation.updated"
EPOCH_KEY = "epoch"


@dataclass(frozen=True, slots=True)
class Head:
    """A conversation whose row this transaction holds; `seq` is the first that it may fill."""

    id: int
    seq: int
    kind: str
    visibility: str
    is_archived: bool
    direct_key: str | None
    date: datetime


@dataclass(frozen=True, slots=True)
class Entry:
    """What happened, as it goes into the log; `data` is JSON."""

    conversation_id: int
    seq: int
    type: str
    data: bytes


Change = Callable[[dict[int, Head]], list[Entry]]


def append(
    transaction: CoreTransaction,
    publisher: Publisher,
    conversation_id: int,
    type_: str,
    change: Callable[[Head], Any],
) -> bytes:
    """Add one event to a conversation; returns its data as JSON.

    `change` changes the state while the conversation's row is held, and returns the event's data.
    Whatever it raises undoes everything, the seq included.
    """

    def one(heads: dict[int, Head]) -> list[Entry]:
        head = heads[conversation_id]
        data = change(head)
        return [
            Entry(head.id, head.seq, type_, data if type(data) is bytes else orjson.dumps(data))
        ]

    return append_many(transaction, publisher, {conversation_id: 1}, one)[0].data


def append_many(
    transaction: CoreTransaction,
    publisher: Publisher,
    counts: Mapping[int, int],
    change: Change,
    *,
    are_messages: bool = False,
) -> list[Entry]:
    """Add `counts` events to each conversation: seqs, state, events and outbox in one transaction.

    Rows are locked in the order of ids, so that two transactions never wait for each other.
    """
    now = utcnow()
    connection = transaction.connection
    advance = _advance_by_messages if are_messages else _advance
    heads, epoch = {}, ""
    for conversation_id in sorted(counts):
        count = counts[conversation_id]
        heads[conversation_id], epoch = _advanced(connection, advance, conversation_id, count, now)
    entries = change(heads)
    _insert(connection, entries, now)
    date = isoformat(now)
    announcements = [
        (conversation_topic(e.conversation_id), _as_event(e, epoch, date)) for e in entries
    ]
    publisher.announce(transaction, announcements)
    return entries


def read_epoch(connection: Connection) -> str:
    """The mark that changes when the database was put back to an older state."""
    return connection.execute(_select_epoch).scalar_one()  # type: ignore[no-any-return]


def renew_epoch(connection: Connection) -> str:
    """Make every client start anew, once."""
    epoch = secrets.token_urlsafe(12)
    connection.execute(update(meta).where(meta.c.key == EPOCH_KEY).values(value=epoch))
    return epoch


def _advanced(
    connection: Connection, advance: Prepared, conversation_id: int, count: int, now: datetime
) -> tuple[Head, str]:
    rows = advance.rows(connection, {"conversation": conversation_id, "count": count, "now": now})
    if not rows:
        raise NoSuchConversation(conversation_id)
    last_seq, kind, visibility, archived_at, direct_key, epoch = rows[0]
    first = last_seq - count + 1
    return Head(
        conversation_id, first, kind, visibility, archived_at is not None, direct_key, now
    ), epoch


def _insert(connection: Connection, entries: list[Entry], now: datetime) -> None:
    for entry in entries:
        values = {
            "conversation_id": entry.conversation_id,
            "seq": entry.seq,
            "type": entry.type,
            "date": now,
            "data": entry.data.decode(),
        }
        _insert_event.run(connection, values)


def _as_event(entry: Entry, epoch: str, date: str) -> str:
    """The event as clients get it, around data that is JSON already."""
    event = {
        "conversation_id": entry.conversation_id,
        "seq": entry.seq,
        "epoch": epoch,
        "type": entry.type,
        "date": date,
        "data": orjson.Fragment(entry.data),
    }
    return orjson.dumps(event).decode()


_select_epoch = select(meta.c.value).where(meta.c.key == EPOCH_KEY)
_bumped = conversations.c.last_seq + bindparam("count", type_=BigInteger)
_advance_statement = (
    update(conversations)
    .where(conversations.c.id == bindparam("conversation", type_=BigInteger))
    .values(last_seq=_bumped, active_at=bindparam("now", type_=UtcDateTime))
    .returning(
        conversations.c.last_seq,
        conversations.c.kind,
        conversations.c.visibility,
        conversations.c.archived_at,
        conversations.c.direct_key,
        _select_epoch.scalar_subquery(),
    )
)
_advance = Prepared(default=_advance_statement)
_advance_by_messages = Prepared(default=_advance_statement.values(last_message_seq=_bumped))
_insert_event = Prepared(
    default=insert(events).values({c.name: bindparam(c.name, type_=c.type) for c in events.c})
)
