"""Delete messages; for a short time, the person who deleted one can undo it.

Deleted text leaves the message and the log at once. Its text waits in `deletions`, and its
files, poll, reactions and earlier versions wait in their tables, where nothing reads them for a
deleted message, until `purge_deletions` removes them.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, delete, insert, select, update

from messages_service import errors
from messages_service.audit import actions as audit
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.indexing.entries import refresh_entries, remove_entries
from messages_service.log import (
    MESSAGE_DELETED,
    MESSAGE_RESTORED,
    MESSAGE_UNPINNED,
    Change,
    changing,
    lock_conversations,
)
from messages_service.membership.access import readable_message
from messages_service.membership.roles import is_author, moderates
from messages_service.messages.extras import remove_extras, scrub_poll
from messages_service.messages.pinning import record_pin
from messages_service.messages.queries import describe_one
from messages_service.models import deletions, events, message_edits, messages, reactions
from messages_service.pins.actions import remove_pin
from messages_service.saved.models import saved_messages
from messages_service.shapes.messages import Message
from messages_service.threads.replies import recount_replies
from servicekit.data.db import core_transaction
from servicekit.times import utcnow

UNDO_WITHIN: Final = timedelta(seconds=30)
Find = Callable[[Context, Caller, int], Row[Any]]
"""Reads a message, and raises a Problem if the caller may not delete it."""


def delete_message(context: Context, caller: Caller, message_id: int) -> None:
    """Remove the text from the message and the log. A mark stays."""
    _delete(context, caller, message_id, _deletable)


def delete_as_admin(context: Context, caller: Caller, message_id: int) -> None:
    """The same for an administrator who need not be a member."""
    caller.require_admin()
    _delete(context, caller, message_id, _any_message)


def restore_message(context: Context, caller: Caller, message_id: int) -> Message:
    """Undo a deletion; only the person who deleted the message may, and only for a short time."""
    message = _deletable(context, caller, message_id)
    if message.deleted_at is not None:
        with changing(context, message.conversation_id) as change:
            message = _deletable(context, caller, message_id)
            if message.deleted_at is not None:
                _restore(context, caller, change, message)
    return describe_one(context, message_id)


def purge_deletions(context: Context) -> None:
    """Remove for good what can no longer be restored."""
    due = select(deletions.c.message_id, deletions.c.conversation_id).where(
        deletions.c.deleted_at < utcnow() - UNDO_WITHIN
    )
    with context.db.engine.connect() as connection:
        found = connection.execute(due.order_by(deletions.c.deleted_at).limit(100)).all()
    for message_id, conversation_id in found:
        with core_transaction(context.db.engine) as running:
            lock_conversations(running.connection, ids={conversation_id})
            if _forget(running.connection, message_id):
                _purge(running.connection, message_id)


def expire_messages(context: Context, change: Change, rows: Sequence[Row[Any]]) -> None:
    """Remove living messages (rows of `messages`) that are too old, for good.

    Their marks keep their places in the log, but pages of the conversation leave them out.
    """
    connection = change.connection
    remove_entries(connection, [row.id for row in rows])
    for row in rows:
        _update(change, row.id, content="", html="", deleted_at=change.date, in_conversation=False)
        pin_count = remove_pin(change, row.id)
        mark = describe_one(context, row.id)
        _scrub_log(connection, row, mark)
        if pin_count is not None:
            record_pin(change, MESSAGE_UNPINNED, mark, None, pin_count)
        change.record(MESSAGE_DELETED, mark)
        _purge(connection, row.id)
    for thread_id in sorted({row.thread_id for row in rows if row.thread_id is not None}):
        recount_replies(context, change, thread_id)


def _delete(context: Context, caller: Caller, message_id: int, find: Find) -> None:
    message = find(context, caller, message_id)
    if message.deleted_at is not None:
        return
    with changing(context, message.conversation_id) as change:
        before = find(context, caller, message_id)
        if before.deleted_at is not None:
            return
        if before.author_id != caller.user_id:
            place = {"message": message_id, "conversation": change.conversation_id}
            audit.record(
                change.connection, "message.deleted", caller.user_id, before.author_id, **place
            )
        _keep(change, before, caller.user_id)
        _update(change, message_id, content="", html="", deleted_at=change.date)
        remove_entries(change.connection, [message_id])
        pin_count = remove_pin(change, message_id)
        mark = describe_one(context, message_id)
        _scrub_log(change.connection, before, mark)
        if pin_count is not None:
            record_pin(change, MESSAGE_UNPINNED, mark, caller.user_id, pin_count)
        change.record(MESSAGE_DELETED, mark)
        if message.thread_id is not None:
            recount_replies(context, change, message.thread_id)


def _deletable(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    """Called before the conversation is locked and again afterwards, as for edits."""
    message = readable_message(context, caller, message_id)
    if not (is_author(caller, message) or moderates(caller, message)):
        raise errors.not_your_message()
    return message


def _any_message(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    wanted = select(messages).where(messages.c.id == message_id)
    message = context.connection.execute(wanted).one_or_none()
    if message is None:
        raise errors.no_such_message()
    return message


def _keep(change: Change, message: Row[Any], user_id: int | None) -> None:
    kept = {
        "message_id": message.id,
        "conversation_id": message.conversation_id,
        "deleted_by": user_id,
        "deleted_at": change.date,
        "content": message.content,
        "html": message.html,
        "data": change.connection.execute(_creation(message)).scalar_one(),
    }
    change.connection.execute(insert(deletions), kept)


def _restore(context: Context, caller: Caller, change: Change, message: Row[Any]) -> None:
    query = select(deletions).where(deletions.c.message_id == message.id)
    kept = change.connection.execute(query).one_or_none()
    if kept is None or kept.deleted_at < change.date - UNDO_WITHIN:
        raise errors.deleted_for_good()
    if kept.deleted_by != caller.user_id:
        raise errors.not_your_deletion()
    _update(change, message.id, content=kept.content, html=kept.html, deleted_at=None)
    refresh_entries(change.connection, [message.id])
    # The answer to a repeated `client_id` comes from this event.
    is_creation = (events.c.conversation_id == message.conversation_id) & (
        events.c.seq == message.seq
    )
    change.connection.execute(update(events).where(is_creation).values(data=kept.data))
    _forget(change.connection, message.id)
    change.record(MESSAGE_RESTORED, describe_one(context, message.id), message_id=message.id)
    if message.thread_id is not None:
        recount_replies(context, change, message.thread_id)


def _forget(connection: Connection, message_id: int) -> bool:
    """Returns False if it was restored or purged in between."""
    gone = delete(deletions).where(deletions.c.message_id == message_id)
    return connection.execute(gone).rowcount == 1


def _purge(connection: Connection, message_id: int) -> None:
    for table in (reactions, message_edits, saved_messages):
        connection.execute(delete(table).where(table.c.message_id == message_id))
    remove_extras(connection, message_id)


def _scrub_log(connection: Connection, message: Row[Any], mark: Message) -> None:
    _scrub_later_events(connection, mark)
    scrub_poll(connection, message.id)
    of_message = message_edits.c.message_id == message.id
    seqs = list(connection.execute(select(message_edits.c.seq).where(of_message)).scalars())
    connection.execute(
        update(events)
        .where(
            events.c.conversation_id == message.conversation_id,
            events.c.seq.in_([message.seq, *seqs]),
        )
        .values(data=orjson.dumps(mark).decode())
    )


def _scrub_later_events(connection: Connection, mark: Message) -> None:
    """Those of pins and of earlier deletions that were undone."""
    of_message = events.c.message_id == mark["id"]
    for row in connection.execute(select(events).where(of_message)).all():
        earlier = orjson.loads(row.data)
        others = {name: earlier[name] for name in ("by_id", "pin_count") if name in earlier}
        connection.execute(
            update(events)
            .where(events.c.conversation_id == row.conversation_id, events.c.seq == row.seq)
            .values(data=orjson.dumps({**mark, **others}).decode())
        )


def _creation(message: Row[Any]) -> Any:
    return select(events.c.data).where(
        events.c.conversation_id == message.conversation_id, events.c.seq == message.seq
    )


def _update(change: Change, message_id: int, **values: object) -> None:
    change.connection.execute(update(messages).where(messages.c.id == message_id).values(values))
