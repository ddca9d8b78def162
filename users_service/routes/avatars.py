"""/api/users/<id>/avatar: pictures of people."""

from flask import Response, request
from flask_openapi3.blueprint import APIBlueprint
from flask_openapi3.models.tag import Tag

from servicekit.web.errors import TooLarge, UnsupportedMediaType
from servicekit.web.openapi import BEARER
from servicekit.web.schemas import Answer
from users_service.actions import avatars as actions
from users_service.callers import current_caller
from users_service.contacts import require_known
from users_service.pictures import CONTENT_TYPE, MAX_BYTES, PictureRefused
from users_service.queries import get_avatar
from users_service.routes.answers import user_answer
from users_service.routes.limited import limit_changes
from users_service.schemas import UserPath
from users_service.shapes import UserOut

BINARY = {"schema": {"type": "string", "format": "binary"}}
PICTURE = {"content": {CONTENT_TYPE: BINARY}}
UPLOAD = {
    "requestBody": {
        "required": True,
        "content": {
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["file"],
                    "properties": {"file": BINARY["schema"]},
                }
            },
            **{f"image/{kind}": BINARY for kind in ("png", "jpeg", "webp", "gif")},
        },
    }
}
api = APIBlueprint(
    "avatars",
    __name__,
    url_prefix="/api/users/<int:id>/avatar",
    abp_tags=[Tag(name="people")],
    abp_security=BEARER,
)


@api.get("", responses={200: PICTURE, 304: None})
def read_avatar(path: UserPath) -> Response:
    """A person's picture, 256 pixels square."""
    require_known(current_caller(), path.id)
    content, digest = get_avatar(path.id)
    response = Response(content, mimetype=CONTENT_TYPE)
    response.set_etag(digest)
    # Private: the URL changes with the picture, but the right to see it can change, too.
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.make_conditional(request)
    return response


@api.put("", responses={200: Answer[UserOut]}, openapi_extensions=UPLOAD)
@limit_changes
def put_avatar(path: UserPath) -> UserOut:
    """A picture (PNG, JPEG, WebP, GIF; 5 MB, 12 million pixels): the body, or a form's `file`."""
    caller = current_caller()
    caller.require_self_or_admin(path.id)
    request.max_content_length = MAX_BYTES + 10_000  # a form has some overhead
    return user_answer(actions.put_avatar(path.id, _uploaded(), caller), caller)


@api.delete("", responses={204: None})
@limit_changes
def delete_avatar(path: UserPath) -> tuple[str, int]:
    """Delete the picture."""
    actions.delete_avatar(path.id, current_caller())
    return "", 204


def _uploaded() -> bytes:
    if request.mimetype == "multipart/form-data":
        file = request.files.get("file")
        if file is None:
            raise PictureRefused("is missing")
        content = file.stream.read(MAX_BYTES + 1)
    elif request.mimetype.startswith("image/"):
        content = request.get_data()
    else:
        raise UnsupportedMediaType("Send a picture, or a form with a picture in 'file'.")
    if len(content) > MAX_BYTES:
        raise TooLarge("Pictures may have 5 MB at most.")
    return content
