"""`/api/settings`: the place's name, icon and rule for sign-up."""

from flask import Response, request

from servicekit.web.answers import answer, no_content
from servicekit.web.openapi import BEARER, file_content, make_blueprint, upload_form
from servicekit.web.schemas import Answer
from users_service.actions import place as actions
from users_service.caller import current_caller
from users_service.context import current_context
from users_service.pictures import CONTENT_TYPE, FORMATS, uploaded_picture
from users_service.queries import place as queries
from users_service.routes.limited import limit_changes
from users_service.schemas.place import SettingsChanges
from users_service.shapes.place import PlaceSettings

ICON = {"content": file_content(CONTENT_TYPE)}
blueprint = make_blueprint("settings", __name__, needs_token=False)


@blueprint.get("/settings", responses={200: Answer[PlaceSettings]}, security=BEARER)
def get_settings() -> Response:
    """The settings that admins change in the browser."""
    current_caller().require_admin()
    return answer(queries.get_place(current_context()))


@blueprint.patch("/settings", responses={200: Answer[PlaceSettings]}, security=BEARER)
@limit_changes
def update_settings(body: SettingsChanges) -> Response:
    """Change settings, at once in every process. For admins.

    Null brings back the value of the environment.
    """
    return answer(actions.change_settings(current_context(), current_caller(), body))


@blueprint.get("/settings/icon", responses={200: ICON, 304: None})
def get_icon() -> Response:
    """The place's icon, 256 pixels square, for everybody."""
    response = Response(queries.get_icon(current_context()), mimetype=CONTENT_TYPE)
    response.add_etag()
    response.headers["Cache-Control"] = "public, max-age=86400"
    response.make_conditional(request)
    return response


@blueprint.put(
    "/settings/icon",
    responses={200: Answer[PlaceSettings]},
    security=BEARER,
    openapi_extensions=upload_form(also=FORMATS),
)
@limit_changes
def put_icon() -> Response:
    """A picture (PNG, JPEG, WebP, GIF; 5 MB, 12 million pixels): the body, or a form's `file`."""
    caller = current_caller()
    caller.require_admin()
    return answer(actions.put_icon(current_context(), caller, uploaded_picture()))


@blueprint.delete("/settings/icon", responses={204: None}, security=BEARER)
@limit_changes
def delete_icon() -> Response:
    """Go back to the first letter of the name."""
    actions.delete_icon(current_context(), current_caller())
    return no_content()
