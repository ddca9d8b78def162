"""Pin and unpin messages: any member may, guests may not."""

from typing import Any

from sqlalchemy import Row

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.log import MESSAGE_PINNED, MESSAGE_UNPINNED, Change, changing
from messages_service.membership.access import readable_message, refuse_blocked_at
from messages_service.membership.guests import refuse_guest
from messages_service.messages.queries import describe_one
from messages_service.pins.actions import add_pin, is_pinned, remove_pin
from messages_service.shapes.events import PinData
from messages_service.shapes.messages import Message


def pin_message(context: Context, caller: Caller, message_id: int) -> Message:
    """Pin a message for everybody in its conversation; once more changes nothing."""
    message = _pinnable(context, caller, message_id)
    with changing(context, message.conversation_id) as change:
        _pinnable(context, caller, message_id)
        if not is_pinned(change.connection, message_id):
            count = add_pin(change, message_id, caller.user_id)
            pinned = describe_one(context, message_id)
            record_pin(change, MESSAGE_PINNED, pinned, caller.user_id, count)
    return describe_one(context, message_id)


def unpin_message(context: Context, caller: Caller, message_id: int) -> None:
    """Unpin a message, if it is pinned."""
    message = _readable_by_member(context, caller, message_id)
    with changing(context, message.conversation_id) as change:
        _readable_by_member(context, caller, message_id)
        count = remove_pin(change, message_id)
        if count is None:
            return
        if change.is_archived:
            raise errors.archived_conversation()
        unpinned = describe_one(context, message_id)
        record_pin(change, MESSAGE_UNPINNED, unpinned, caller.user_id, count)


def record_pin(
    change: Change, type_: str, message: Message, by_id: int | None, pin_count: int
) -> None:
    """Record MESSAGE_PINNED or MESSAGE_UNPINNED."""
    data: PinData = {**message, "by_id": by_id, "pin_count": pin_count}
    change.record(type_, data, message_id=message["id"])


def _pinnable(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    message = _readable_by_member(context, caller, message_id)
    if message.deleted_at is not None:
        raise errors.deleted_message()
    if message.archived_at is not None:
        raise errors.archived_conversation()
    refuse_blocked_at(context, caller, message)
    return message


def _readable_by_member(context: Context, caller: Caller, message_id: int) -> Row[Any]:
    message = readable_message(context, caller, message_id)
    refuse_guest(caller)
    return message
