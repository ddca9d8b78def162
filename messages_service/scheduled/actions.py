"""Schedule a message, change it, cancel it; the author's other tabs get a notice."""

from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, Row, delete, func, select, update

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.access import readable_conversation
from messages_service.membership.guests import refuse_stranger_to_guest
from messages_service.publish import SCHEDULED
from messages_service.scheduled.models import MAX_SCHEDULED, scheduled_messages
from messages_service.scheduled.queries import describe, scheduled_row
from messages_service.scheduled.schemas import NewScheduledMessage, ScheduledMessageChanges
from messages_service.shapes.notices import ScheduledChange, ScheduledMessage, ScheduledState
from servicekit.data.db import Transaction, insert_into, transaction
from servicekit.times import utcnow


def schedule(
    context: Context, caller: Caller, new: NewScheduledMessage
) -> tuple[ScheduledMessage, bool]:
    """Store a message for later, and whether it is new: a repeated `client_id` changes nothing.

    Membership and all else are checked again when it is sent.
    """
    assert caller.user_id is not None
    _check_place(context, caller, new)
    context.limits.check_content(new.content)
    now = utcnow()
    values = {
        "author_id": caller.user_id,
        "conversation_id": new.conversation_id,
        "recipient_id": new.recipient_id,
        "client_id": new.client_id or str(uuid4()),
        "content": new.content,
        "send_at": new.send_at,
        "created_at": now,
        "updated_at": now,
    }
    with transaction(context.db) as running:
        row, is_new = _insert_once(running.connection, values)
        if is_new:
            announce(context, running, row, "waiting")
    return describe(row), is_new


def change_scheduled(
    context: Context, user_id: int, scheduled_id: int, changes: ScheduledMessageChanges
) -> ScheduledMessage:
    """Change text or time; with a new time, a refused message waits again."""
    context.limits.check_content(changes.content or "")
    changed: dict[str, Any] = changes.model_dump(exclude_none=True) | {"updated_at": utcnow()}
    if changes.send_at is not None:
        changed |= {"refused_at": None, "refusal": None}
    with transaction(context.db) as running:
        scheduled_row(context, user_id, scheduled_id)
        row = running.connection.execute(
            update(scheduled_messages)
            .where(scheduled_messages.c.id == scheduled_id)
            .values(changed)
            .returning(scheduled_messages)
        ).one_or_none()
        if row is None:  # it was sent in between
            raise errors.no_such_scheduled_message()
        announce(context, running, row, "waiting" if row.refused_at is None else "refused")
    return describe(row)


def cancel_scheduled(context: Context, user_id: int, scheduled_id: int) -> None:
    """Delete one of the person's, if it is still there."""
    mine = (scheduled_messages.c.id == scheduled_id) & (scheduled_messages.c.author_id == user_id)
    with transaction(context.db) as running:
        row = running.connection.execute(
            delete(scheduled_messages).where(mine).returning(scheduled_messages)
        ).one_or_none()
        if row is not None:
            announce(context, running, row, "deleted")


def announce(context: Context, running: Transaction, row: Row[Any], state: ScheduledState) -> None:
    """Publish the notice SCHEDULED to the author after the commit."""
    change: ScheduledChange = {"state": state, **describe(row)}
    context.publisher.notify(running, row.author_id, SCHEDULED, change)


def _check_place(context: Context, caller: Caller, new: NewScheduledMessage) -> None:
    if new.recipient_id is not None:
        context.profiles.find_active(new.recipient_id, "recipient_id")
        refuse_stranger_to_guest(context, caller, new.recipient_id)
        return
    assert new.conversation_id is not None
    conversation = readable_conversation(context, caller, new.conversation_id)
    if conversation.archived_at is not None:
        raise errors.archived_conversation()


def _insert_once(connection: Connection, values: dict[str, Any]) -> tuple[Row[Any], bool]:
    repeated = select(scheduled_messages).where(
        scheduled_messages.c.author_id == values["author_id"],
        scheduled_messages.c.client_id == values["client_id"],
    )
    earlier = connection.execute(repeated).one_or_none()
    if earlier is None:
        _check_number(connection, values["author_id"])
        made = connection.execute(
            insert_into(connection, scheduled_messages)
            .values(values)
            .on_conflict_do_nothing(index_elements=["author_id", "client_id"])
            .returning(scheduled_messages)
        ).one_or_none()
        if made is not None:
            return made, True
        earlier = connection.execute(repeated).one()
    if any(getattr(earlier, name) != values[name] for name in _SAME):
        raise errors.other_message_with_client_id()
    return earlier, False


_SAME = ("conversation_id", "recipient_id", "content", "send_at")
"""The columns in which a repeat equals the first one."""


def _check_number(connection: Connection, author_id: int) -> None:
    count = select(func.count()).where(scheduled_messages.c.author_id == author_id)
    if connection.execute(count).scalar_one() >= MAX_SCHEDULED:
        raise errors.too_many_scheduled_messages(MAX_SCHEDULED)
