"""`/api/attachments`: upload a file; see it, a part of it, or a small picture of it."""

from typing import Any

from flask import Response, current_app, request
from sqlalchemy import Row

from messages_service.attachments import actions
from messages_service.attachments.blobs import read_blob
from messages_service.attachments.content_types import is_shown_inline
from messages_service.attachments.context import current_files
from messages_service.attachments.file_names import content_disposition
from messages_service.attachments.form import FORM_BYTES, boundary_of, limit_silence
from messages_service.attachments.queries import (
    describe_attachment,
    medium_of,
    thumbnail_of,
    visible_attachment,
)
from messages_service.attachments.ranges import asked_span, is_unchanged
from messages_service.attachments.schemas import AttachmentChanges, AttachmentPath
from messages_service.attachments.uploads import expect_upload, upload
from messages_service.caller import current_caller
from messages_service.context import current_context
from messages_service.shapes.messages import Attachment
from servicekit.data.db import reading
from servicekit.web.answers import answer, created, no_content
from servicekit.web.openapi import file_content, make_blueprint, problem_described, upload_form
from servicekit.web.schemas import Answer

CACHED = "private, max-age=86400, immutable"
# An uploaded file never runs as part of Parley, even when it is opened directly.
HARMLESS = {
    "Cache-Control": CACHED,
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
BYTES: dict[str, Any] = {
    "description": "The file, or the part of it that was asked for.",
    "content": file_content("*/*"),
}
UNCHANGED: dict[str, Any] = {"description": "The client has it already."}
NO_SUCH_PART = problem_described("The range begins after the file's end.")
STALLED = problem_described("The upload came to a halt; send it again.")

blueprint = make_blueprint("attachments", __name__)


@blueprint.post(
    "/attachments",
    responses={201: Answer[Attachment], 408: STALLED},
    openapi_extensions=upload_form({"alt": "What a picture shows."}),
)
def create_attachment() -> Response:
    """Upload a file.

    A multipart form with the file in the field `file`, and perhaps `alt`: what a picture shows.

    Then name its id in the `attachments` of a message. A file that is not sent within a week is
    removed.
    """
    context, files, caller = current_context(), current_files(), current_caller()
    boundary = boundary_of(request.content_type)
    request.max_content_length = files.max_bytes + 2 * FORM_BYTES
    limit_silence(request.environ)
    with files.gate.passed(caller.user_id):
        expect_upload(context, files, caller, request.content_length)
        made = upload(context, files, caller, request.stream, boundary)
    return created(made, made["url"])


@blueprint.get(
    "/attachments/<int:attachment_id>",
    responses={200: BYTES, 206: BYTES, 304: UNCHANGED, 416: NO_SUCH_PART},
)
def get_attachment(path: AttachmentPath) -> Response:
    """Download a file.

    Accepts one `Range` with `If-Range`, and `If-None-Match`. Pictures, sound, films and PDFs of
    well-known types come `inline`, everything else as an attachment.
    """
    context = current_context()
    with reading(context.db):
        row = visible_attachment(context, current_caller(), path.attachment_id)
    if is_unchanged(request, row.sha256):
        return _described(Response(status=304), row.sha256)
    span = asked_span(request, row.sha256, row.size)
    limit_silence(request.environ)
    content = read_blob(context.db.engine, row.blob_id, row.piece_size, span.start, span.stop)
    response = current_app.response_class(content, 206 if span.is_partial else 200)
    response.content_type = row.content_type
    response.content_length = span.length
    if span.is_partial:
        response.headers["Content-Range"] = span.content_range
    kind = is_shown_inline(row.content_type, is_decoded=row.width is not None)
    name = content_disposition("inline" if kind else "attachment", row.name)
    response.headers["Content-Disposition"] = name
    response.headers["Accept-Ranges"] = "bytes"
    return _described(response, row.sha256)


@blueprint.get(
    "/attachments/<int:attachment_id>/thumbnail",
    responses={200: BYTES, 304: UNCHANGED},
)
def get_thumbnail(path: AttachmentPath) -> Response:
    """A small version of a picture.

    At most 480 × 360, WebP, without the picture's metadata.
    """
    context = current_context()
    row = visible_attachment(context, current_caller(), path.attachment_id)
    etag = f"{row.sha256}-small"
    if is_unchanged(request, etag):
        return _described(Response(status=304), etag)
    return _smaller(thumbnail_of(context, row.blob_id), etag)


@blueprint.get(
    "/attachments/<int:attachment_id>/medium",
    responses={200: BYTES, 206: BYTES, 304: UNCHANGED, 416: NO_SUCH_PART},
)
def get_medium(path: AttachmentPath) -> Response:
    """A picture at the size of a screen.

    At most 1600 × 1600, WebP, without the picture's metadata. A picture that is no larger, or is
    animated, comes as it is, and so do other files.
    """
    context = current_context()
    row = visible_attachment(context, current_caller(), path.attachment_id)
    etag = f"{row.sha256}-medium"
    if is_unchanged(request, etag):
        return _described(Response(status=304), etag)
    medium = medium_of(context, row.blob_id)
    return _smaller(medium, etag) if medium else get_attachment(path)


@blueprint.get("/attachments/<int:attachment_id>/details", responses={200: Answer[Attachment]})
def get_attachment_details(path: AttachmentPath) -> Response:
    """The description of a file."""
    row = visible_attachment(current_context(), current_caller(), path.attachment_id)
    return answer(describe_attachment(row))


@blueprint.patch("/attachments/<int:attachment_id>", responses={200: Answer[Attachment]})
def update_attachment(path: AttachmentPath, body: AttachmentChanges) -> Response:
    """Describe a picture.

    The alternative text, until the file is sent.
    """
    context, caller = current_context(), current_caller()
    return answer(actions.change_attachment(context, caller, path.attachment_id, body))


@blueprint.delete("/attachments/<int:attachment_id>", responses={204: None})
def delete_attachment(path: AttachmentPath) -> Response:
    """Delete a file that was not sent.

    Afterwards, delete the message.
    """
    actions.remove_unsent(current_context(), current_caller(), path.attachment_id)
    return no_content()


def _smaller(version: Row[Any], etag: str) -> Response:
    response = current_app.response_class(version.data, content_type=version.content_type)
    response.headers["Content-Disposition"] = "inline"
    return _described(response, etag)


def _described(response: Response, etag: str) -> Response:
    response.headers.update(HARMLESS)
    response.set_etag(etag)
    return response
