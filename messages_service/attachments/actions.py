"""Uploaded files: edit alt text, attach to a message, delete."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from messages_service import errors
from messages_service.attachments.blobs import (
    drop_stale,
    drop_unused,
    dropped_blobs,
    remove_dropped,
)
from messages_service.attachments.models import MAX_ALT, attachments
from messages_service.attachments.queries import describe_attachment, visible_attachment
from messages_service.attachments.schemas import AttachmentChanges
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.shapes.messages import Attachment
from servicekit.data.db import core_transaction, reading
from servicekit.language import _
from servicekit.times import utcnow
from servicekit.web.errors import Invalid
from servicekit.web.schemas import clean_text

STALE_AFTER = timedelta(minutes=5)
"""An upload that is still running has touched its blob since, in whichever process it runs."""
UNUSED_AFTER = timedelta(days=7)
"""A file that was not sent yet may belong to a draft; after this it counts as abandoned."""


def lock_unsent(
    connection: Connection, ids: Sequence[int], author_id: int, *, check_owner: bool
) -> None:
    """Hold the author's unsent files until they are attached; raises Invalid.

    Without `check_owner` (tutorial mode: uploads are anonymous) anybody's files will do.
    """
    unsent = (
        select(attachments.c.id)
        .where(attachments.c.id.in_(ids), attachments.c.message_id.is_(None))
        .order_by(attachments.c.id)  # One order for all, so that two senders cannot deadlock.
        .with_for_update()
    )
    if check_owner:
        unsent = unsent.where(attachments.c.uploader_id == author_id)
    if len(connection.execute(unsent).all()) != len(set(ids)):
        raise Invalid.field("attachments", _("must be files of yours that were not sent yet"))


def attach(connection: Connection, ids: Sequence[int], message_id: int) -> None:
    """Attach locked files to a message for good, in this order."""
    for position, attachment_id in enumerate(ids):
        connection.execute(
            update(attachments)
            .where(attachments.c.id == attachment_id)
            .values(message_id=message_id, position=position)
        )


def detach_all(connection: Connection, message_id: int) -> None:
    """Remove a message's files; content that is no longer used is deleted later."""
    gone = delete(attachments).where(attachments.c.message_id == message_id)
    blob_ids = connection.execute(gone.returning(attachments.c.blob_id)).scalars()
    drop_unused(connection, set(blob_ids))


def change_attachment(
    context: Context, caller: Caller, attachment_id: int, changes: AttachmentChanges
) -> Attachment:
    """Change the alt text of a file that was not sent yet."""
    with reading(context.db):
        _require_unsent(visible_attachment(context, caller, attachment_id))
    mine = (attachments.c.id == attachment_id) & attachments.c.message_id.is_(None)
    change = update(attachments).where(mine).values(alt=clean_alt(changes.alt))
    with core_transaction(context.db.engine) as running:
        if not running.connection.execute(change).rowcount:
            raise errors.attachment_sent()
    return describe_attachment(visible_attachment(context, caller, attachment_id))


def remove_unsent(context: Context, caller: Caller, attachment_id: int) -> None:
    """Delete a file that was not sent yet."""
    with reading(context.db):
        row = visible_attachment(context, caller, attachment_id)
    _require_unsent(row)
    if not _remove(context, row.id, row.blob_id):
        raise errors.attachment_sent()


def sweep(context: Context) -> None:
    """Delete files that were dropped, uploaded in part, or never sent."""
    now, engine = utcnow(), context.db.engine
    drop_stale(engine, now - STALE_AFTER)
    unused = select(attachments.c.id, attachments.c.blob_id).where(
        attachments.c.message_id.is_(None), attachments.c.created_at < now - UNUSED_AFTER
    )
    with engine.connect() as connection:
        forgotten = connection.execute(unused.limit(100)).all()
    for row in forgotten:
        _remove(context, row.id, row.blob_id)
    for blob_id in dropped_blobs(engine):
        remove_dropped(engine, blob_id)


def clean_alt(alt: str | None) -> str | None:
    """A description in words, or None; raises Invalid."""
    try:
        alt = clean_text(alt or "").strip()
        if len(alt) > MAX_ALT:
            raise ValueError(_("must have at most %(limit)s characters", limit=MAX_ALT))
    except ValueError as error:
        raise Invalid.field("alt", str(error)) from None
    return alt or None


def _require_unsent(row: Row[Any]) -> None:
    if row.message_id is not None:
        raise errors.attachment_sent()


def _remove(context: Context, attachment_id: int, blob_id: int) -> bool:
    """Delete the file; returns False if it was sent in between."""
    unsent = (attachments.c.id == attachment_id) & attachments.c.message_id.is_(None)
    with core_transaction(context.db.engine) as running:
        connection = running.connection
        is_gone = connection.execute(delete(attachments).where(unsent)).rowcount == 1
        if is_gone:
            drop_unused(connection, {blob_id})
    return is_gone
