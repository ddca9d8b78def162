"""What the caller is in a conversation."""

from typing import Any

from sqlalchemy import Row

from messages_service.models import DIRECT, OWNER, can_moderate
from messages_service.parts import Caller, Parts
from messages_service.queries.access import readable_conversation


def role_here(parts: Parts, caller: Caller, conversation_id: int) -> tuple[str, Row[Any]]:
    """The caller's role (an admin among the members acts as owner), and the conversation.

    Who changes something asks again while the conversation's row is held: only then nobody takes
    the role away in between.
    """
    row = readable_conversation(parts, caller, conversation_id)
    if caller.is_admin and row.kind != DIRECT:
        return OWNER, row
    return row.role, row


def moderates(caller: Caller, row: Row[Any]) -> bool:
    """Whether the caller may undo others' doings there (`kind`, and the caller's `role`)."""
    if row.role is None or row.kind == DIRECT:
        return False
    return caller.is_admin or can_moderate(row.role)
