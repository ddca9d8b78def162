"""Reads of attachments, and access checks."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, exists, func, or_, select

from messages_service import errors
from messages_service.attachments.models import attachments, blobs, medium_pictures, thumbnails
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.models import memberships, messages
from messages_service.shapes.messages import Attachment


def visible_attachment(context: Context, caller: Caller, attachment_id: int) -> Row[Any]:
    """The attachment with its blob's columns: to its uploader until it is sent, then to
    those who may read that message."""
    is_deleted = exists().where(
        messages.c.id == attachments.c.message_id, messages.c.deleted_at.is_not(None)
    )
    query = _select().where(attachments.c.id == attachment_id, ~is_deleted)
    if not caller.is_anonymous:
        query = query.where(_is_visible_to(caller))
    row = context.db.session.execute(query).one_or_none()
    if row is None:
        raise errors.no_such_attachment()
    return row


def thumbnail_of(context: Context, blob_id: int) -> Row[Any]:
    """`content_type` and `data`."""
    query = select(thumbnails).where(thumbnails.c.blob_id == blob_id)
    row = context.db.session.execute(query).one_or_none()
    if row is None:
        raise errors.no_such_attachment()
    return row


def medium_of(context: Context, blob_id: int) -> Row[Any] | None:
    """`content_type` and `data`; None for what is shown itself."""
    query = select(medium_pictures).where(medium_pictures.c.blob_id == blob_id)
    return context.db.session.execute(query).one_or_none()


def attachments_of(
    connection: Connection, message_ids: Sequence[int]
) -> dict[int, list[Attachment]]:
    """The attachments of these messages, in the order that their authors gave."""
    query = (
        _select()
        .where(attachments.c.message_id.in_(message_ids))
        .order_by(attachments.c.message_id, attachments.c.position)
    )
    found: dict[int, list[Attachment]] = {}
    for row in connection.execute(query):
        found.setdefault(row.message_id, []).append(describe_attachment(row))
    return found


def stored_bytes(connection: Connection, user_id: int) -> int:
    """How much a person has stored, equal files counted each."""
    query = select(func.coalesce(func.sum(attachments.c.size), 0)).where(
        attachments.c.uploader_id == user_id
    )
    return int(connection.execute(query).scalar_one())


def describe_attachment(row: Row[Any]) -> Attachment:
    """An attachment; `width`, `height` and the URLs of smaller versions are only for pictures."""
    url = f"/api/attachments/{row.id}"
    described: Attachment = {
        "id": row.id,
        "name": row.name,
        "content_type": row.content_type,
        "size": row.size,
        "url": url,
        "alt": row.alt,
    }
    if row.width is not None:
        described["width"], described["height"] = row.width, row.height
        described["thumbnail_url"] = f"{url}/thumbnail"
        described["medium_url"] = f"{url}/medium"
    return described


def _select() -> Select[Any]:
    return select(
        attachments,
        blobs.c.sha256,
        blobs.c.piece_size,
        blobs.c.content_type,
        blobs.c.width,
        blobs.c.height,
    ).join(blobs)


def _is_visible_to(caller: Caller) -> ColumnElement[bool]:
    is_readable = exists().where(
        messages.c.id == attachments.c.message_id,
        memberships.c.conversation_id == messages.c.conversation_id,
        memberships.c.user_id == caller.user_id,
    )
    is_mine = and_(attachments.c.message_id.is_(None), attachments.c.uploader_id == caller.user_id)
    return or_(is_mine, is_readable)
