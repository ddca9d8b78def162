"""A person's scheduled messages."""

from typing import Any

from sqlalchemy import Row, func, select

from messages_service import errors
from messages_service.context import Context
from messages_service.models import conversations, memberships
from messages_service.payloads import moment
from messages_service.scheduled.models import scheduled_messages
from messages_service.scheduled.schemas import ScheduledMessageListQuery
from messages_service.shapes.notices import ScheduledMessage
from servicekit.data.pages import page_of, without_surplus
from servicekit.times import isoformat


def list_scheduled(
    context: Context, user_id: int, query: ScheduledMessageListQuery
) -> tuple[list[ScheduledMessage], bool]:
    """A page of them, newest first, and whether there are more."""
    mine = select(scheduled_messages).where(scheduled_messages.c.author_id == user_id)
    if query.conversation_id is not None:
        mine = mine.where(scheduled_messages.c.conversation_id == query.conversation_id)
    mine = mine.order_by(scheduled_messages.c.id.desc())
    found = context.db.session.execute(page_of(mine, scheduled_messages.c.id, query)).all()
    rows, has_more = without_surplus(found, query)
    return [describe(row) for row in rows], has_more


def scheduled_row(context: Context, user_id: int, scheduled_id: int) -> Row[Any]:
    """One of the person's; raises NotFound."""
    query = select(scheduled_messages).where(
        scheduled_messages.c.id == scheduled_id, scheduled_messages.c.author_id == user_id
    )
    row = context.db.session.execute(query).one_or_none()
    if row is None:
        raise errors.no_such_scheduled_message()
    return row


def describe(row: Row[Any]) -> ScheduledMessage:
    return {
        "id": row.id,
        "conversation_id": row.conversation_id,
        "recipient_id": row.recipient_id,
        "client_id": row.client_id,
        "content": row.content,
        "send_at": isoformat(row.send_at),
        "created_at": isoformat(row.created_at),
        "refused_at": moment(row.refused_at),
        "refusal": row.refusal,
    }


scheduled_count = (
    select(func.count())
    .select_from(scheduled_messages)
    .where(
        scheduled_messages.c.author_id == memberships.c.user_id,
        scheduled_messages.c.conversation_id == conversations.c.id,
        scheduled_messages.c.refused_at.is_(None),
    )
    .correlate(conversations, memberships)
    .scalar_subquery()
)
"""How many messages of the member of a row wait to be sent to the conversation of that row."""
