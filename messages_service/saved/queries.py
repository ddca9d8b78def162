"""Reads of the caller's saved messages."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BigInteger, Connection, Select, bindparam, select

from messages_service.caller import Caller
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.saved.models import saved_messages
from messages_service.shapes.messages import Message


def add_saved(connection: Connection, caller: Caller, messages: Iterable[Message]) -> None:
    """Mark those of these messages that the caller saved; the others stay the same for all."""
    by_id = {message["id"]: message for message in messages}
    if not by_id or caller.user_id is None:
        return
    values = {"user_id": caller.user_id, "message_ids": list(by_id)}
    for (message_id,) in _saved_among.rows(connection, values):
        by_id[message_id]["saved"] = True


def _select_saved(dialect: str) -> Select[Any]:
    return select(saved_messages.c.message_id).where(
        saved_messages.c.user_id == bindparam("user_id"),
        is_in_list(dialect, saved_messages.c.message_id, "message_ids", BigInteger()),
    )


_saved_among = prepared_with_lists(_select_saved)
