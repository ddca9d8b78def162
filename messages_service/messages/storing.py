"""Store a group of messages in one transaction: lock, check each, insert what passes, record."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import TypedDict

import orjson
from sqlalchemy import Connection, Insert, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite

from messages_service import errors, payloads
from messages_service.attachments.actions import lock_unsent
from messages_service.context import Context
from messages_service.drafts.actions import delete_sent_draft
from messages_service.indexing.entries import Document, add_entries
from messages_service.log import MESSAGE_CREATED, Change, append, lock_conversations
from messages_service.membership.access import members_among, refuse_blocked
from messages_service.membership.direct import open_direct
from messages_service.messages.extras import searched, store_extras
from messages_service.messages.outgoing import Address, Outcome, Pending, RepeatKey, Sent
from messages_service.messages.repeats import Earlier, find_earlier
from messages_service.models import PUBLIC, direct_key, messages, other_of_direct
from messages_service.prepared import Prepared
from messages_service.previews.actions import ask_for_previews
from messages_service.shapes.messages import Extras, Message
from messages_service.threads.replies import add_reply, thread_of_reply
from messages_service.webhooks.queue import enqueue
from servicekit.data.db import CoreTransaction, Transaction
from servicekit.web.errors import Problem


@dataclass(frozen=True, slots=True)
class _Locked:
    """A group's conversations, held by the transaction, and what it has read since."""

    running: CoreTransaction
    changes: list[Change]
    by_address: dict[Address, Change]
    members: set[tuple[int, int]]
    """(conversation_id, user_id)"""
    earlier: dict[RepeatKey, Earlier]
    documents: list[Document] = field(default_factory=list)
    """The new messages, as they are searched."""

    @property
    def connection(self) -> Connection:
        return self.running.connection

    def add(self, change: Change) -> None:
        self.changes.append(change)
        self.by_address[change.conversation_id] = change
        if change.direct_key is not None:
            self.by_address[change.direct_key] = change


def store_locked(
    context: Context, running: CoreTransaction, group: Sequence[Pending]
) -> dict[Pending, Outcome]:
    """Store each message that passes; a refused one leaves no trace.

    A valid first message to a person has no outcome in a Core transaction, which cannot open the
    direct conversation: only the session's can describe it to the two.
    """
    locked = _lock(running, group)
    outcomes: dict[Pending, Outcome] = {}
    for pending in group:
        try:
            outcome = _check_and_insert(context, locked, pending)
        except Problem as problem:
            outcome = problem
        if outcome is not None:
            outcomes[pending] = outcome
    add_entries(running.connection, locked.documents)
    append(running, context.publisher, locked.changes)
    return outcomes


def _lock(running: CoreTransaction, group: Sequence[Pending]) -> _Locked:
    connection = running.connection
    addresses = {pending.address for pending in group}
    changes = lock_conversations(
        connection,
        ids=[address for address in addresses if isinstance(address, int)],
        direct_keys=[address for address in addresses if isinstance(address, str)],
    )
    authors = {(p.address, p.author.id) for p in group if isinstance(p.address, int)}
    members = members_among(connection, authors)
    locked = _Locked(running, [], {}, members, find_earlier(connection, group))
    for change in changes:
        locked.add(change)
    return locked


def _check_and_insert(context: Context, locked: _Locked, pending: Pending) -> Outcome | None:
    change = locked.by_address.get(pending.address)
    _check_access(locked, pending, change)
    earlier = locked.earlier.get(pending.repeat_key)
    if earlier is not None:
        return earlier.answer(pending.outgoing)
    first = _check_content(context, locked, pending, change)
    change = change or _open(context, locked, pending)
    return None if change is None else _insert(context, locked, pending, change, first)


def _check_access(locked: _Locked, pending: Pending, change: Change | None) -> None:
    """The direct conversation of the pair is found by its key; any other needs a membership."""
    if pending.recipient is not None:
        return
    if change is None:
        raise errors.no_such_conversation()
    if pending.outgoing.posted_as is not None:
        return
    if (change.conversation_id, pending.author.id) not in locked.members:
        is_known = change.visibility == PUBLIC
        raise errors.not_a_member() if is_known else errors.no_such_conversation()


def _check_content(
    context: Context, locked: _Locked, pending: Pending, change: Change | None
) -> SimpleNamespace | None:
    """The first message of a reply's thread.

    Comes after the search for an earlier sending, which is answered in archived rooms, too.
    """
    connection, outgoing = locked.connection, pending.outgoing
    if change is not None and change.is_archived:
        raise errors.archived_conversation()
    address = pending.address if change is None else change.direct_key
    if isinstance(address, str):
        refuse_blocked(connection, address, pending.author.id)
    first = None
    if outgoing.reply_to is not None:
        conversation_id = None if change is None else change.conversation_id
        first = thread_of_reply(connection, outgoing.reply_to, conversation_id)
    if outgoing.attachments:
        lock_unsent(
            connection, outgoing.attachments, pending.author.id, check_owner=not context.is_tutorial
        )
    return first


def _open(context: Context, locked: _Locked, pending: Pending) -> Change | None:
    if not isinstance(locked.running, Transaction) or pending.recipient is None:
        return None
    open_direct(context, locked.running, pending.author, pending.recipient)
    key = direct_key(pending.author.id, pending.recipient.id)
    (change,) = lock_conversations(locked.connection, direct_keys=[key])
    locked.add(change)
    return change


def _insert(
    context: Context,
    locked: _Locked,
    pending: Pending,
    change: Change,
    first: SimpleNamespace | None,
) -> Outcome:
    connection, outgoing = locked.connection, pending.outgoing
    row = _row(pending, change, first)
    inserted = _insert_message.rows(connection, row)
    if not inserted:
        # Another process has just stored it in another conversation.
        return find_earlier(connection, [pending])[pending.repeat_key].answer(outgoing)
    ((message_id,),) = inserted
    message = SimpleNamespace(id=message_id, **row, **_UNTOUCHED)
    mentions = pending.rendered.mentions
    extras = store_extras(connection, message, outgoing, mentions)
    locked.documents.append(searched(message, outgoing, extras))
    links = context.preview_links.of(pending.rendered.html)
    if links:
        ask_for_previews(connection, message, links, change.date)
    if change.outgoing_webhooks and message.posted_as is None:
        enqueue(change, message)
    payload = _payload(context, pending, message, extras)
    data = change.record(MESSAGE_CREATED, payload, is_in_conversation=message.in_conversation)
    if first is not None:
        mentioned = mentions["user_ids"]
        add_reply(context, change, first, pending.author.id, message.seq, mentioned)
    if outgoing.deletes_draft:
        delete_sent_draft(change, outgoing.author_id, message.thread_id)
    if outgoing.client_id is not None:
        locked.earlier[pending.repeat_key] = Earlier(message_id, data)
    return Sent(message_id, data, is_new=True)


class _NewRow(TypedDict):
    """The columns of a new message, except for its id."""

    conversation_id: int
    seq: int
    author_id: int
    recipient_id: int | None
    client_id: str | None
    content: str
    html: str
    reply_to: int | None
    quoted_size: int
    thread_id: int | None
    in_conversation: bool
    created_at: datetime
    posted_as: str | None


_UNTOUCHED = {"edited_at": None, "deleted_at": None, "reply_count": 0}
"""The other columns that a message is shown by."""


def _row(pending: Pending, change: Change, first: SimpleNamespace | None) -> _NewRow:
    recipient_id = None
    if change.direct_key is not None:
        recipient_id = other_of_direct(change.direct_key, pending.author.id)
    posted_as = pending.outgoing.posted_as
    return {
        "conversation_id": change.conversation_id,
        "seq": change.next_seq,
        "author_id": pending.author.id,
        "recipient_id": recipient_id,
        "client_id": pending.outgoing.client_id,
        "content": pending.outgoing.content,
        "html": pending.rendered.html,
        "reply_to": pending.outgoing.reply_to,
        "quoted_size": pending.outgoing.forward.size if pending.outgoing.forward else 0,
        "thread_id": None if first is None else first.id,
        "in_conversation": first is None or pending.outgoing.also_in_conversation,
        "created_at": change.date,
        "posted_as": None if posted_as is None else orjson.dumps(posted_as).decode(),
    }


def _payload(
    context: Context, pending: Pending, message: SimpleNamespace, extras: Extras
) -> Message:
    profiles = {pending.author.id: pending.author}
    if pending.recipient is not None:
        profiles[pending.recipient.id] = pending.recipient
    elif message.recipient_id is not None:
        profiles |= context.profiles.find_many([message.recipient_id])
    ids = {message.author_id, message.recipient_id or message.author_id}
    people = payloads.people_of(profiles, ids, with_email=context.is_tutorial)
    return payloads.message(message, people, extras=extras)


def _insert_once(insert: Callable[[Table], postgresql.Insert | sqlite.Insert]) -> Insert:
    return (
        insert(messages)
        .values(
            {name: bindparam(name, type_=messages.c[name].type) for name in _NewRow.__annotations__}
        )
        .on_conflict_do_nothing(index_elements=["author_id", "client_id"])
        .returning(messages.c.id)
    )


_insert_message = Prepared(
    sqlite=_insert_once(sqlite.insert), postgresql=_insert_once(postgresql.insert)
)
