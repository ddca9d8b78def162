"""Report messages, and close reports."""

from typing import Any, Final

import orjson
from sqlalchemy import Connection, Row, select, update

from messages_service import errors
from messages_service.audit import actions as audit
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.membership.access import readable_message
from messages_service.messages.deleting import delete_as_admin
from messages_service.models import messages
from messages_service.reports.models import reports
from servicekit.data.db import insert_into, transaction
from servicekit.times import isoformat, utcnow

SHOWN_ON_EACH_SIDE: Final = 3
"""Messages before, and after, the reported one."""


def create_report(
    context: Context, caller: Caller, message_id: int, reason: str
) -> tuple[int, bool]:
    """Show a message to the administrators; returns the report's id, and whether it is new.

    It keeps the text, which may be edited or deleted afterwards. Raises NotFound, Conflict.
    """
    message = readable_message(context, caller, message_id)
    if message.deleted_at is not None:
        raise errors.deleted_message()
    with transaction(context.db) as running:
        excerpt = _excerpt(running.connection, message)
        new = insert_into(running.connection, reports).values(
            message_id=message_id,
            reporter_id=caller.user_id,
            reason=reason,
            excerpt=orjson.dumps(excerpt).decode(),
            created_at=utcnow(),
        )
        made = running.connection.execute(
            new.on_conflict_do_nothing(
                index_elements=["message_id", "reporter_id"],
                index_where=reports.c.closed_at.is_(None),
            ).returning(reports.c.id)
        ).scalar_one_or_none()
        if made is not None:
            return made, True
        return _open_report(running.connection, caller, message_id), False


def close_report(context: Context, caller: Caller, report_id: int) -> None:
    """Close a report and remove its excerpt, so that no text outlives its message. For admins."""
    caller.require_admin()
    with transaction(context.db) as running:
        closed = running.connection.execute(
            update(reports)
            .where(reports.c.id == report_id, reports.c.closed_at.is_(None))
            .values(closed_at=utcnow(), closed_by=caller.user_id, excerpt=None)
            .returning(reports.c.message_id)
        ).one_or_none()
        if closed is None:
            _require_report(running.connection, report_id)
            return
        ids = {"report": report_id, "message": closed.message_id}
        audit.record(running.connection, "report.closed", caller.user_id, **ids)


def delete_reported_message(context: Context, caller: Caller, report_id: int) -> None:
    """Delete the message that was reported; the report stays open. For admins."""
    caller.require_admin()
    message_id = _require_report(context.connection, report_id)
    delete_as_admin(context, caller, message_id)


def _require_report(connection: Connection, report_id: int) -> int:
    """The id of the reported message; raises NotFound."""
    query = select(reports.c.message_id).where(reports.c.id == report_id)
    message_id: int | None = connection.execute(query).scalar_one_or_none()
    if message_id is None:
        raise errors.no_such_report()
    return message_id


def _open_report(connection: Connection, caller: Caller, message_id: int) -> int:
    mine = reports.c.message_id == message_id, reports.c.reporter_id == caller.user_id
    query = select(reports.c.id).where(*mine, reports.c.closed_at.is_(None))
    report_id: int = connection.execute(query).scalar_one()
    return report_id


def _excerpt(connection: Connection, message: Row[Any]) -> list[dict[str, object]]:
    """The message between those beside it in the conversation, or in its thread."""
    beside = select(messages).where(
        messages.c.conversation_id == message.conversation_id, messages.c.deleted_at.is_(None)
    )
    if message.in_conversation:
        beside = beside.where(messages.c.in_conversation)
    else:
        beside = beside.where(messages.c.thread_id == message.thread_id)
    earlier = beside.where(messages.c.seq < message.seq).order_by(messages.c.seq.desc())
    later = beside.where(messages.c.seq > message.seq).order_by(messages.c.seq)
    before = connection.execute(earlier.limit(SHOWN_ON_EACH_SIDE)).all()
    after = connection.execute(later.limit(SHOWN_ON_EACH_SIDE)).all()
    return [
        {
            "message_id": row.id,
            "author_id": row.author_id,
            "content": row.content,
            "date": isoformat(row.created_at),
        }
        for row in (*reversed(before), message, *after)
    ]
