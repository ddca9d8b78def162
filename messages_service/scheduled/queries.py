"""A person's scheduled messages."""

from functools import cache
from typing import Any

from sqlalchemy import Row, Select, bindparam, func, select

from messages_service import errors
from messages_service.context import Context
from messages_service.payloads import moment
from messages_service.scheduled.models import scheduled_messages
from messages_service.scheduled.schemas import ScheduledMessageListQuery
from messages_service.shapes import ScheduledMessage
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


def scheduled_counts(context: Context, user_id: int | None) -> dict[int, int]:
    """How many messages of the person wait to be sent, by conversation."""
    rows = context.db.session.execute(_counts(), {"user_id": user_id})
    return {row[0]: row[1] for row in rows}


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


@cache
def _counts() -> Select[Any]:
    return (
        select(scheduled_messages.c.conversation_id, func.count())
        .where(
            scheduled_messages.c.author_id == bindparam("user_id"),
            scheduled_messages.c.conversation_id.is_not(None),
            scheduled_messages.c.refused_at.is_(None),
        )
        .group_by(scheduled_messages.c.conversation_id)
    )
