"""Add and remove pins, inside of a change of their conversation."""

from sqlalchemy import Connection, delete, insert, select, update

from messages_service import errors
from messages_service.log import Change
from messages_service.models import conversations
from messages_service.pins.models import MAX_PINS, pins


def is_pinned(connection: Connection, message_id: int) -> bool:
    query = select(pins.c.message_id).where(pins.c.message_id == message_id)
    return connection.execute(query).first() is not None


def count_pins(connection: Connection, conversation_id: int) -> int:
    query = select(conversations.c.pin_count).where(conversations.c.id == conversation_id)
    count: int = connection.execute(query).scalar_one()
    return count


def add_pin(change: Change, message_id: int, user_id: int | None) -> int:
    """Pin a message with the event that is recorded next; returns the number of pins."""
    count = count_pins(change.connection, change.conversation_id)
    if count >= MAX_PINS:
        raise errors.too_many_pins(MAX_PINS)
    pin = {
        "message_id": message_id,
        "conversation_id": change.conversation_id,
        "seq": change.next_seq,
        "user_id": user_id,
        "pinned_at": change.date,
    }
    change.connection.execute(insert(pins), pin)
    return _store_count(change, count + 1)


def remove_pin(change: Change, message_id: int) -> int | None:
    """Unpin a message; returns the number of pins, or None if it was not pinned."""
    gone = delete(pins).where(pins.c.message_id == message_id)
    if not change.connection.execute(gone).rowcount:
        return None
    return _store_count(change, count_pins(change.connection, change.conversation_id) - 1)


def _store_count(change: Change, count: int) -> int:
    of_conversation = conversations.c.id == change.conversation_id
    change.connection.execute(update(conversations).where(of_conversation).values(pin_count=count))
    return count
