"""Previews of links: their pictures, and removing one."""

from typing import Any

from flask import Response, current_app, request

from messages_service.attachments.ranges import is_unchanged
from messages_service.attachments.routes import HARMLESS
from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from messages_service.messages.previewing import preview_picture, remove_preview
from messages_service.messages.schemas import MessagePreviewPath, PreviewPath
from servicekit.web.answers import no_content
from servicekit.web.openapi import file_content, make_blueprint

PICTURE: dict[str, Any] = {"description": "The picture.", "content": file_content("image/webp")}
UNCHANGED: dict[str, Any] = {"description": "The client has it already."}

blueprint = make_blueprint("previews", __name__)


@blueprint.get("/previews/<int:preview_id>/picture", responses={200: PICTURE, 304: UNCHANGED})
def get_preview_picture(path: PreviewPath) -> Response:
    """The picture of a link's preview.

    At most 480 × 360, WebP, as the server fetched it from the linked page.
    """
    picture = preview_picture(current_context(), current_caller(), path.preview_id)
    etag = f"preview-{path.preview_id}"
    if is_unchanged(request, etag):
        response = Response(status=304)
    else:
        response = current_app.response_class(picture.data, content_type=picture.content_type)
        response.headers["Content-Disposition"] = "inline"
    response.headers.update(HARMLESS)
    response.set_etag(etag)
    return response


@blueprint.delete("/messages/<int:message_id>/previews/<int:preview_id>", responses={204: None})
def delete_preview(path: MessagePreviewPath) -> Response:
    """Remove a preview from a message.

    For everybody, and for good; its author may, and moderators. The link stays.
    """
    caller, _ = current_person()
    remove_preview(current_context(), caller, path.message_id, path.preview_id)
    return no_content()
