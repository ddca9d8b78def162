"""Forwarding: a copy of another message that the sender may read, with its files."""

from collections.abc import Sequence

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Connection

from messages_service import errors
from messages_service.attachments.context import Files
from messages_service.attachments.models import STORED, attachments, blobs
from messages_service.attachments.queries import stored_bytes
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.forwards.models import Original, OutgoingForward, forwards
from messages_service.membership.access import readable_message
from messages_service.models import PUBLIC, ROOM, conversations
from servicekit.language import _
from servicekit.times import utcnow
from servicekit.web.errors import Invalid, NotFound


def read_forward(
    context: Context, files: Files, caller: Caller, message_id: int
) -> OutgoingForward:
    """The message as it is now. A forward of a forward names the original."""
    try:
        message = readable_message(context, caller, message_id)
    except NotFound:
        raise Invalid.field("forwarded_from", _("must be a message that you may read")) from None
    if message.deleted_at is not None:
        raise errors.deleted_message()
    connection = context.connection
    of_message = attachments.c.message_id == message_id
    ordered = select(attachments.c.id).where(of_message).order_by(attachments.c.position)
    file_ids = list(connection.execute(ordered).scalars())
    if file_ids and caller.user_id is not None:
        _check_quota(connection, files.quota_bytes, caller.user_id, message_id)
    earlier = connection.execute(
        select(forwards).where(forwards.c.message_id == message_id)
    ).one_or_none()
    if earlier is not None:
        columns = {name: earlier._mapping[name] for name in Original.__slots__}
        return OutgoingForward(message_id, Original(**columns), file_ids)
    original = Original(
        original_id=message_id,
        conversation_id=message.conversation_id,
        seq=message.seq,
        kind=message.kind,
        name=_public_name(connection, message.conversation_id),
        author_id=message.author_id,
        content=message.content,
        html=message.html,
        sent_at=message.created_at,
    )
    return OutgoingForward(message_id, original, file_ids)


def copy_files(
    connection: Connection, file_ids: Sequence[int], message_id: int, uploader_id: int
) -> None:
    """Attach the same content to another message, without copying its bytes."""
    query = (
        select(attachments).where(attachments.c.id.in_(file_ids)).order_by(attachments.c.position)
    )
    rows = connection.execute(query).all()
    # Held, the content stays stored until this transaction ends.
    wanted = {row.blob_id for row in rows}
    held = select(blobs.c.id).where(blobs.c.id.in_(wanted), blobs.c.state == STORED)
    found = set(connection.execute(held.order_by(blobs.c.id).with_for_update()).scalars())
    if found != wanted or len(rows) != len(file_ids):
        raise errors.deleted_message()
    copies = [
        {
            "blob_id": row.blob_id,
            "uploader_id": uploader_id,
            "message_id": message_id,
            "position": position,
            "name": row.name,
            "alt": row.alt,
            "size": row.size,
            "created_at": utcnow(),
        }
        for position, row in enumerate(rows)
    ]
    connection.execute(insert(attachments), copies)


def _check_quota(connection: Connection, quota_bytes: int, user_id: int, message_id: int) -> None:
    """A forwarded file counts like an uploaded one: its content stays because of it."""
    size = select(func.sum(attachments.c.size)).where(attachments.c.message_id == message_id)
    added = connection.execute(size).scalar_one()
    if stored_bytes(connection, user_id) + added > quota_bytes:
        raise errors.quota_exceeded(quota_bytes)


def _public_name(connection: Connection, conversation_id: int) -> str | None:
    query = select(conversations.c.name).where(
        conversations.c.id == conversation_id,
        conversations.c.kind == ROOM,
        conversations.c.visibility == PUBLIC,
    )
    return connection.execute(query).scalar_one_or_none()
