"""The event log: the only way to change a conversation."""

import secrets
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    String,
    bindparam,
    or_,
    select,
    update,
)

from messages_service import errors
from messages_service.context import Context
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.models import conversations, events, meta
from messages_service.prepared import Prepared, PreparedInsert
from messages_service.publish import Publisher, notice
from messages_service.shapes.events import EventData
from messages_service.shapes.notices import NoticeData
from servicekit.data.columns import UtcDateTime
from servicekit.data.db import CoreTransaction, transaction
from servicekit.times import isoformat, utcnow
from servicekit.topics import conversation_topic, user_topic

MESSAGE_CREATED = "message.created"
MESSAGE_EDITED = "message.edited"
MESSAGE_DELETED = "message.deleted"
MESSAGE_RESTORED = "message.restored"
MESSAGE_PINNED = "message.pinned"
MESSAGE_UNPINNED = "message.unpinned"
MESSAGE_PREVIEWED = "message.previewed"
REACTION_ADDED = "reaction.added"
REACTION_REMOVED = "reaction.removed"
MEMBER_JOINED = "member.joined"
MEMBER_LEFT = "member.left"
MEMBER_CHANGED = "member.changed"
THREAD_UPDATED = "thread.updated"
POLL_VOTED = "poll.voted"
POLL_CLOSED = "poll.closed"
CONVERSATION_UPDATED = "conversation.updated"
EPOCH_KEY = "epoch"


@dataclass(slots=True)
class Change:
    """A conversation whose row a transaction holds, and the events that it will add.

    Nobody else can write to the conversation until the transaction ends, so what is checked now
    still holds at the commit. `date` is the date of everything recorded here.
    """

    connection: Connection
    conversation_id: int
    kind: str
    visibility: str
    is_archived: bool
    direct_key: str | None
    last_seq: int
    last_message_seq: int
    outgoing_webhooks: int
    epoch: str
    date: datetime
    rows: list[dict[str, object]] = field(default_factory=list)
    """New rows of `events`."""
    announcements: list[tuple[str, str]] = field(default_factory=list)
    """(topic, payload) in the order in which they will be published."""

    @property
    def next_seq(self) -> int:
        """The seq of the event that is recorded next."""
        return self.last_seq + 1

    def record(
        self,
        type_: str,
        data: EventData,
        *,
        poll_id: int | None = None,
        message_id: int | None = None,
        is_in_conversation: bool = True,
    ) -> bytes:
        """Add an event; returns its data as JSON.

        `poll_id` and `message_id` find events whose text must go when that one is deleted. Events
        of a message's creation and edits are found by their seqs. A message that is in a thread
        alone does not become the conversation's last message.
        """
        encoded = orjson.dumps(data)
        self.last_seq += 1
        if type_ == MESSAGE_CREATED and is_in_conversation:
            self.last_message_seq = self.last_seq
        stored = {"conversation_id": self.conversation_id, "seq": self.last_seq, "type": type_}
        published = stored | {
            "epoch": self.epoch,
            "date": isoformat(self.date),
            "data": orjson.Fragment(encoded),
        }
        self.rows.append(
            stored
            | {
                "date": self.date,
                "data": encoded.decode(),
                "poll_id": poll_id,
                "message_id": message_id,
            }
        )
        topic = conversation_topic(self.conversation_id)
        self.announcements.append((topic, orjson.dumps(published).decode()))
        return encoded

    def notify(self, user_id: int, type_: str, data: NoticeData) -> None:
        """Publish a notice to one person, after what was recorded so far."""
        self.announcements.append((user_topic(user_id), notice(type_, data)))


@contextmanager
def changing(context: Context, conversation_id: int) -> Iterator[Change]:
    """Lock the conversation; store what the body records, and publish it after the commit.

    If the body records nothing, or raises, nothing is written and no seq is used.
    """
    with transaction(context.db) as running:
        changes = lock_conversations(running.connection, ids={conversation_id})
        if not changes:
            raise errors.no_such_conversation()
        yield changes[0]
        if changes[0].rows:
            append(running, context.publisher, changes)
        else:
            running.session.rollback()


def lock_conversations(
    connection: Connection, ids: Collection[int] = (), direct_keys: Collection[str] = ()
) -> list[Change]:
    """Hold the rows of these conversations, as far as they exist, until the transaction ends.

    They are locked in the order of their ids, so that two transactions cannot deadlock.
    """
    lock = _lock_some
    if not (ids and direct_keys):  # nearly always, and in a third of the time
        lock = _lock_by_key if direct_keys else _lock_by_id
    found = lock.rows(connection, {"ids": list(ids), "direct_keys": list(direct_keys)})
    date = utcnow()
    return [
        Change(
            connection=connection,
            conversation_id=id_,
            kind=kind,
            visibility=visibility,
            is_archived=archived_at is not None,
            direct_key=direct_key,
            last_seq=last_seq,
            last_message_seq=last_message_seq,
            outgoing_webhooks=outgoing_webhooks,
            epoch=epoch,
            date=date,
        )
        for (
            id_, kind, visibility, archived_at, direct_key, last_seq, last_message_seq,
            outgoing_webhooks, epoch,
        ) in found
    ]  # fmt: skip


def append(running: CoreTransaction, publisher: Publisher, changes: Iterable[Change]) -> None:
    """Write the recorded events and the seqs that they took; publish them after the commit."""
    rows: list[dict[str, object]] = []
    announcements = []
    for change in changes:
        if change.rows:
            rows += change.rows
            _set_last_seq.run(
                running.connection,
                {
                    "conversation": change.conversation_id,
                    "last_seq": change.last_seq,
                    "last_message_seq": change.last_message_seq,
                    "date": change.date,
                },
            )
        announcements += change.announcements
    _insert_events.rows(running.connection, rows)
    publisher.announce(running, announcements)


def read_epoch(connection: Connection) -> str:
    """The mark that changes when the database is restored to an older state."""
    [(epoch,)] = _epoch.rows(connection, {})
    return str(epoch)


def renew_epoch(connection: Connection) -> str:
    """Make every client reload its conversations, once."""
    epoch = secrets.token_urlsafe(12)
    connection.execute(update(meta).where(meta.c.key == EPOCH_KEY).values(value=epoch))
    return epoch


def _has_id(dialect: str) -> ColumnElement[bool]:
    return is_in_list(dialect, conversations.c.id, "ids", BigInteger())


def _has_key(dialect: str) -> ColumnElement[bool]:
    return is_in_list(dialect, conversations.c.direct_key, "direct_keys", String())


def _lock_where(condition: ColumnElement[bool]) -> Select[Any]:
    return (
        select(
            conversations.c.id,
            conversations.c.kind,
            conversations.c.visibility,
            conversations.c.archived_at,
            conversations.c.direct_key,
            conversations.c.last_seq,
            conversations.c.last_message_seq,
            conversations.c.outgoing_webhooks,
            _select_epoch.scalar_subquery(),
        )
        .where(condition)
        .order_by(conversations.c.id)
        .with_for_update(of=conversations)  # SQLite locks the whole database at the start.
    )


_select_epoch = select(meta.c.value).where(meta.c.key == EPOCH_KEY)
_epoch = Prepared(default=_select_epoch)
_lock_by_id = prepared_with_lists(lambda dialect: _lock_where(_has_id(dialect)))
_lock_by_key = prepared_with_lists(lambda dialect: _lock_where(_has_key(dialect)))
_lock_some = prepared_with_lists(
    lambda dialect: _lock_where(or_(_has_id(dialect), _has_key(dialect)))
)
_set_last_seq = Prepared(
    default=update(conversations)
    .where(conversations.c.id == bindparam("conversation", type_=BigInteger))
    .values(
        last_seq=bindparam("last_seq", type_=BigInteger),
        last_message_seq=bindparam("last_message_seq", type_=BigInteger),
        active_at=bindparam("date", type_=UtcDateTime),
    )
)
_insert_events = PreparedInsert(events, [column.name for column in events.c])
