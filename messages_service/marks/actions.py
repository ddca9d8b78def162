"""Star, mute, choose what notifies, mark as unread."""

from typing import Any

from sqlalchemy import Update, case, update

from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.marks.queries import marks_of, my_conversation
from messages_service.marks.schemas import MarkChanges
from messages_service.models import memberships
from messages_service.publish import MEMBERSHIP
from messages_service.shapes.notices import Membership
from servicekit.data.db import transaction
from servicekit.language import _
from servicekit.web.errors import Invalid


def change_marks(
    context: Context, caller: Caller, conversation_id: int, changes: MarkChanges
) -> Membership:
    """Change those marks that are given; the person's other tabs get a notice."""
    user_id, row = my_conversation(context, caller, conversation_id)
    values = changes.model_dump(exclude_unset=True)
    if not values:
        return marks_of(context, user_id, conversation_id)
    if (values.get("unread_from") or 0) > row.last_seq:
        raise Invalid.field(
            "unread_from", _("must be at most %(last_seq)s, the last entry", last_seq=row.last_seq)
        )
    with transaction(context.db) as running:
        running.connection.execute(_change(user_id, conversation_id, values))
        marks = marks_of(context, user_id, conversation_id)
        context.publisher.notify(running, user_id, MEMBERSHIP, marks)
    return marks


def _change(user_id: int, conversation_id: int, values: dict[str, Any]) -> Update:
    """Messages before the first unread one count as read."""
    columns = dict(values)
    if "unread_from" in columns:
        unread_from = columns["unread_from_seq"] = columns.pop("unread_from")
        if unread_from is not None:
            before = unread_from - 1
            is_unread = memberships.c.read_seq < before
            columns["read_seq"] = case((is_unread, before), else_=memberships.c.read_seq)
    return (
        update(memberships)
        .where(memberships.c.conversation_id == conversation_id, memberships.c.user_id == user_id)
        .values(columns)
    )
