"""Uploads: a form's file is stored as it arrives, and becomes an attachment when it is complete."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import IO

from sqlalchemy import Connection, func, insert, select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from messages_service import errors
from messages_service.attachments.actions import clean_alt
from messages_service.attachments.blobs import ArrivingBlob, BlobGone, find_stored, settle
from messages_service.attachments.content_types import (
    PICTURE_TYPES,
    content_type_of,
    without_picture,
)
from messages_service.attachments.context import Files
from messages_service.attachments.file_names import clean_file_name
from messages_service.attachments.form import FORM_BYTES, file_too_large, read_form
from messages_service.attachments.models import attachments, medium_pictures, thumbnails
from messages_service.attachments.queries import (
    describe_attachment,
    stored_bytes,
    visible_attachment,
)
from messages_service.caller import Caller
from messages_service.context import Context
from messages_service.shapes.messages import Attachment
from servicekit.data.db import core_transaction, reading
from servicekit.language import _
from servicekit.pictures import Picture
from servicekit.times import utcnow
from servicekit.web.errors import Unavailable

TRIES = 5
QUOTA_LOCK = 1
"""The kind of PostgreSQL's advisory lock; the second key is the person."""
log = logging.getLogger(__name__)


def expect_upload(context: Context, files: Files, caller: Caller, length: int | None) -> None:
    """Refuse early what can be refused; `length` is that of the whole form, if known."""
    least = (length or 0) - FORM_BYTES
    if least > files.max_bytes:
        raise file_too_large(files.max_bytes)
    with reading(context.db):
        _refuse_beyond_quota(context.connection, files, caller, max(1, least))


def upload(
    context: Context, files: Files, caller: Caller, stream: IO[bytes], boundary: bytes
) -> Attachment:
    """Store the file of a form as it comes."""
    with _arriving(context) as arriving, _arriving(context) as cleaned:
        form = read_form(stream, boundary, arriving.write, files.max_bytes)
        alt = clean_alt(form.fields.get("alt"))
        arriving.finish()
        name = clean_file_name(form.file_name or "")
        attachment_id = _keep(context, files, caller, arriving, cleaned, name, alt)
    return describe_attachment(visible_attachment(context, caller, attachment_id))


def store_content(
    context: Context,
    files: Files,
    uploader_id: int,
    named: tuple[str, str | None],
    content: Iterable[bytes],
) -> int:
    """Store a file that is imported, by its name and description; returns the attachment's id.

    It counts towards the quota of the person, but is not refused because of it.
    """
    name, alt = named
    with _arriving(context) as arriving, _arriving(context) as cleaned:
        for piece in content:
            arriving.write(piece)
        arriving.finish()
        unlimited = replace(files, quota_bytes=2**62)
        uploader = Caller(uploader_id)
        return _keep(context, unlimited, uploader, arriving, cleaned, clean_file_name(name), alt)


class _Changed(Exception):
    """Equal content was stored, or removed, in between."""


@contextmanager
def _arriving(context: Context) -> Iterator[ArrivingBlob]:
    """Files that were not kept at the end leave nothing behind."""
    arriving = ArrivingBlob(context.db.engine)
    try:
        yield arriving
    except BlobGone as error:
        raise Unavailable(_("The upload took too long; send it again.")) from error
    finally:
        try:
            arriving.remove()
        except SQLAlchemyError as error:
            log.warning("an upload is left for the sweeper: %s", error)


@dataclass(frozen=True, slots=True)
class _Content:
    """A file to store; `content_type` is None for content that is stored already."""

    blob: ArrivingBlob
    content_type: str | None = None
    picture: Picture | None = None


def _keep(
    context: Context,
    files: Files,
    caller: Caller,
    arriving: ArrivingBlob,
    cleaned: ArrivingBlob,
    name: str,
    alt: str | None,
) -> int:
    """Make what arrived an attachment; the same content, stored earlier, serves as well."""
    content = _Content(arriving)
    for _try in range(TRIES):
        with context.db.engine.connect() as connection:
            is_known = find_stored(connection, content.blob.sha256) is not None
        if not is_known and content.content_type is None:
            content = _look(files, arriving, cleaned)
        try:
            with core_transaction(context.db.engine) as running:
                connection = running.connection
                _charge(connection, files, caller, content.blob.size)
                values = {
                    "blob_id": _blob_for(connection, content),
                    "uploader_id": caller.user_id,
                    "name": name,
                    "alt": alt,
                    "size": content.blob.size,
                    "created_at": utcnow(),
                }
                made = connection.execute(insert(attachments).returning(attachments.c.id), values)
                return int(made.scalar_one())
        except (IntegrityError, _Changed):
            continue
    raise Unavailable(_("This file is being stored and removed just now; send it again."))


def _look(files: Files, arriving: ArrivingBlob, cleaned: ArrivingBlob) -> _Content:
    """The type by content; for a picture its size, and the copy without metadata if it had any."""
    content_type = content_type_of(arriving.head)
    if content_type not in PICTURE_TYPES:
        return _Content(arriving, content_type)
    looked = files.pictures.look_at(arriving.read(), arriving.size, cleaned.write)
    cleaned.finish()
    blob = cleaned if looked.is_cleaned else arriving
    if looked.picture is None:
        return _Content(blob, without_picture(blob.head))
    return _Content(blob, content_type, looked.picture)


def _charge(connection: Connection, files: Files, caller: Caller, size: int) -> None:
    """Two uploads of one person are counted one after the other; SQLite has one writer anyway."""
    if connection.dialect.name == "postgresql" and caller.user_id is not None:
        connection.execute(select(func.pg_advisory_xact_lock(QUOTA_LOCK, caller.user_id)))
    _refuse_beyond_quota(connection, files, caller, size)


def _refuse_beyond_quota(connection: Connection, files: Files, caller: Caller, size: int) -> None:
    if caller.user_id is None:
        return
    if stored_bytes(connection, caller.user_id) + size > files.quota_bytes:
        raise errors.quota_exceeded(files.quota_bytes)


def _blob_for(connection: Connection, content: _Content) -> int:
    blob, picture = content.blob, content.picture
    known = find_stored(connection, blob.sha256, and_hold=True)
    if known is not None:
        return int(known.id)
    if content.content_type is None or blob.id is None:
        raise _Changed
    size = {"width": picture.width, "height": picture.height} if picture else {}
    whole = {"sha256": blob.sha256, "size": blob.size, "content_type": content.content_type}
    settle(connection, blob.id, whole | size)
    if picture:
        _keep_smaller_versions(connection, blob.id, picture)
    return blob.id


def _keep_smaller_versions(connection: Connection, blob_id: int, picture: Picture) -> None:
    row = {"blob_id": blob_id, "content_type": picture.content_type}
    connection.execute(insert(thumbnails), row | {"data": picture.thumbnail})
    if picture.medium:
        connection.execute(insert(medium_pictures), row | {"data": picture.medium})
