"""The parts of a person's export that others do not see: saved messages, drafts, settings."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from messages_service.drafts.models import drafts
from messages_service.models import blocks, memberships
from messages_service.notifications.models import notification_settings
from messages_service.payloads import moment
from messages_service.saved.models import saved_messages
from messages_service.scheduled.models import scheduled_messages
from messages_service.threads.models import thread_follows
from servicekit.times import isoformat


def own_lines(connection: Connection, user_id: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The names of entries, and their lines."""
    mine = select(scheduled_messages).where(scheduled_messages.c.author_id == user_id)
    scheduled = connection.execute(mine.order_by(scheduled_messages.c.send_at))
    yield "saved.ndjson", list(map(_saved, _of(connection, saved_messages, user_id, "saved_at")))
    yield "drafts.ndjson", list(map(_draft, _of(connection, drafts, user_id, "updated_at")))
    yield "scheduled.ndjson", list(map(_scheduled, scheduled))
    marks = _of(connection, memberships, user_id, "conversation_id")
    yield "marks.ndjson", list(map(_marks, marks))


def own_settings(connection: Connection, user_id: int) -> dict[str, Any]:
    """Notifications, blocked people and followed threads."""
    settings = connection.execute(
        select(notification_settings).where(notification_settings.c.user_id == user_id)
    ).one_or_none()
    notifications = {
        str(name): value.isoformat() if hasattr(value, "isoformat") else value
        for name, value in (settings._mapping if settings else {}).items()
        if name != "user_id"
    }  # SQLAlchemy's names of columns are a subclass of str, which orjson refuses as keys.
    blocked = select(blocks.c.blocked_id).where(blocks.c.blocker_id == user_id)
    followed = select(thread_follows.c.message_id).where(
        thread_follows.c.user_id == user_id, thread_follows.c.following
    )
    return {
        "notifications": notifications,
        "blocked": sorted(connection.execute(blocked).scalars()),
        "followed_threads": sorted(connection.execute(followed).scalars()),
    }


def _of(connection: Connection, table: Table, user_id: int, order: str) -> Any:
    return connection.execute(
        select(table).where(table.c.user_id == user_id).order_by(table.c[order])
    )


def _saved(row: Row[Any]) -> dict[str, Any]:
    return {"message_id": row.message_id, "date": isoformat(row.saved_at)}


def _draft(row: Row[Any]) -> dict[str, Any]:
    return {
        "conversation_id": row.conversation_id,
        "thread_id": row.thread_id or None,
        "content": row.content,
        "date": isoformat(row.updated_at),
    }


def _scheduled(row: Row[Any]) -> dict[str, Any]:
    return {
        "conversation_id": row.conversation_id,
        "recipient_id": row.recipient_id,
        "content": row.content,
        "send_at": isoformat(row.send_at),
        "date": isoformat(row.created_at),
    }


def _marks(row: Row[Any]) -> dict[str, Any]:
    return {
        "conversation_id": row.conversation_id,
        "read_seq": row.read_seq,
        "notify": row.notify,
        "starred": row.starred,
        "muted_until": moment(row.muted_until),
    }
