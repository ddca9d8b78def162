"""Which messages the caller has saved."""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, select

from messages_service.caller import Caller
from messages_service.saved.models import saved_messages
from messages_service.shapes import Message

_saved_among = select(saved_messages.c.message_id).where(
    saved_messages.c.user_id == bindparam("user_id"),
    saved_messages.c.message_id.in_(bindparam("message_ids", expanding=True)),
)


def add_saved(connection: Connection, caller: Caller, messages: Iterable[Message]) -> None:
    """Mark those of these messages that the caller saved; the others stay the same for all."""
    by_id = {message["id"]: message for message in messages}
    if not by_id or caller.user_id is None:
        return
    values = {"user_id": caller.user_id, "message_ids": list(by_id)}
    for message_id in connection.execute(_saved_among, values).scalars():
        by_id[message_id]["saved"] = True
