"""A person's marks on one conversation."""

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, select

from messages_service import errors, payloads
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.conversations.unread import count_unread
from messages_service.membership.access import readable_conversation
from messages_service.models import MY_COLUMNS, conversations, memberships
from messages_service.shapes.notices import Membership


def my_conversation(context: Context, caller: Caller, conversation_id: int) -> tuple[int, Row[Any]]:
    """The caller's id, and the conversation with their marks on it; they must be a member."""
    row = readable_conversation(context, caller, conversation_id)
    if caller.user_id is None or row.role is None:
        raise errors.not_a_member()
    return caller.user_id, row


def marks_of(context: Context, user_id: int, conversation_id: int) -> Membership:
    """A member's marks on a conversation, as they are stored now."""
    values = {"user_id": user_id, "conversation_id": conversation_id}
    row = context.db.session.execute(_marks(), values).one()
    return {
        "conversation_id": conversation_id,
        "last_seq": row.last_seq,
        "read_seq": row.read_seq,
        "unread": row.unread,
        **payloads.marks(row),
    }


@cache
def _marks() -> Select[Any]:
    unread = count_unread().label("unread")
    return (
        select(conversations.c.last_seq, *MY_COLUMNS, unread)
        .join_from(conversations, memberships)
        .where(
            memberships.c.user_id == bindparam("user_id"),
            conversations.c.id == bindparam("conversation_id"),
        )
    )
