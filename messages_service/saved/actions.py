"""Save messages for the caller alone; the person's other tabs get a notice."""

from typing import Any

from sqlalchemy import Row, delete

from messages_service import errors
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.access import readable_message
from messages_service.publish import SAVED
from messages_service.saved.models import saved_messages
from messages_service.shapes.notices import SavedState
from servicekit.data.db import insert_into, transaction
from servicekit.times import utcnow


def save_message(context: Context, caller: Caller, user_id: int, message_id: int) -> None:
    """Save a message that the person may read; once more changes nothing."""
    message = readable_message(context, caller, message_id)
    if message.deleted_at is not None:
        raise errors.deleted_message()
    values = {"user_id": user_id, "message_id": message_id, "saved_at": utcnow()}
    insert = insert_into(context.connection, saved_messages)
    once = insert.values(values).on_conflict_do_nothing(index_elements=["user_id", "message_id"])
    changed = once.returning(saved_messages.c.id)
    _change(context, user_id, message, changed, is_saved=True)


def forget_message(context: Context, caller: Caller, user_id: int, message_id: int) -> None:
    """Take a message off the person's list, if it is there."""
    message = readable_message(context, caller, message_id)
    gone = delete(saved_messages).where(
        saved_messages.c.user_id == user_id, saved_messages.c.message_id == message_id
    )
    changed = gone.returning(saved_messages.c.id)
    _change(context, user_id, message, changed, is_saved=False)


def _change(
    context: Context, user_id: int, message: Row[Any], changed: Any, *, is_saved: bool
) -> None:
    with transaction(context.db) as running:
        if running.connection.execute(changed).first() is not None:
            data: SavedState = {
                "message_id": message.id,
                "conversation_id": message.conversation_id,
                "saved": is_saved,
            }
            context.publisher.notify(running, user_id, SAVED, data)
