"""`/api/users/<id>/avatar`: pictures of people."""

from flask import Response, request

from servicekit.web.answers import answer, no_content
from servicekit.web.openapi import file_content, make_blueprint, upload_form
from servicekit.web.schemas import Answer
from users_service import payloads
from users_service.actions import avatars as actions
from users_service.caller import current_caller
from users_service.contacts import require_known
from users_service.context import current_context
from users_service.pictures import CONTENT_TYPE, FORMATS, uploaded_picture
from users_service.queries import people as queries
from users_service.routes.limited import limit_changes
from users_service.schemas.people import UserPath
from users_service.shapes.people import User

PICTURE = {"content": file_content(CONTENT_TYPE)}
blueprint = make_blueprint("avatars", __name__, tag="people")


@blueprint.get("/users/<int:user_id>/avatar", responses={200: PICTURE, 304: None})
def get_avatar(path: UserPath) -> Response:
    """A person's picture, 256 pixels square."""
    context = current_context()
    require_known(context, current_caller(), path.user_id)
    content, digest = queries.get_avatar(context, path.user_id)
    response = Response(content, mimetype=CONTENT_TYPE)
    response.set_etag(digest)
    # Private: the URL changes with the picture, but the right to see it can change, too.
    response.headers["Cache-Control"] = "private, max-age=86400"
    response.make_conditional(request)
    return response


@blueprint.put(
    "/users/<int:user_id>/avatar",
    responses={200: Answer[User]},
    openapi_extensions=upload_form(also=FORMATS),
)
@limit_changes
def put_avatar(path: UserPath) -> Response:
    """A picture (PNG, JPEG, WebP, GIF; 5 MB, 12 million pixels): the body, or a form's `file`."""
    caller = current_caller()
    caller.require_self_or_admin(path.user_id)
    user = actions.put_avatar(current_context(), caller, path.user_id, uploaded_picture())
    return answer(payloads.user(user, caller))


@blueprint.delete("/users/<int:user_id>/avatar", responses={204: None})
@limit_changes
def delete_avatar(path: UserPath) -> Response:
    """Delete the picture."""
    actions.delete_avatar(current_context(), current_caller(), path.user_id)
    return no_content()
