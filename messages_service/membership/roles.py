"""The caller's role in a conversation."""

from typing import Any

from sqlalchemy import Row

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.access import readable_conversation
from messages_service.models import DIRECT, OWNER, can_moderate


def role_here(context: Context, caller: Caller, conversation_id: int) -> tuple[str, Row[Any]]:
    """The caller's role (an admin among the members acts as owner), and the conversation.

    Call again after locking the conversation: the role may have changed since.
    """
    row = readable_conversation(context, caller, conversation_id)
    if caller.is_admin and row.kind != DIRECT:
        return OWNER, row
    return row.role, row


def is_author(caller: Caller, message: Row[Any]) -> bool:
    return caller.is_anonymous or message.author_id == caller.user_id


def moderates(caller: Caller, row: Row[Any]) -> bool:
    """Whether the caller may delete others' messages and close their polls there."""
    if row.role is None or row.kind == DIRECT:
        return False
    return caller.is_admin or can_moderate(row.role)
