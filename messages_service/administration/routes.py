"""`/api/rooms` and `/api/usage`, for administrators."""

from flask import Response

from messages_service.administration import rooms, usage
from messages_service.administration.schemas import (
    RoomChanges,
    RoomList,
    RoomListQuery,
    RoomPath,
    UsageQuery,
)
from messages_service.administration.shapes import AdministeredRoom, Usage
from messages_service.caller import current_caller, current_person
from messages_service.context import current_context
from servicekit.web.answers import answer, answer_page
from servicekit.web.openapi import make_blueprint
from servicekit.web.schemas import Answer

blueprint = make_blueprint("administration", __name__)


@blueprint.get("/rooms", responses={200: RoomList})
def list_rooms(query: RoomListQuery) -> Response:
    """All rooms, private ones included; none of their messages. For admins."""
    current_caller().require_admin()
    found, has_more = rooms.list_rooms(current_context(), query)
    return answer_page(found, "after", has_more=has_more)


@blueprint.get("/rooms/<int:room_id>", responses={200: Answer[AdministeredRoom]})
def get_room(path: RoomPath) -> Response:
    """One room. For admins."""
    current_caller().require_admin()
    return answer(rooms.get_room(current_context(), path.room_id))


@blueprint.patch("/rooms/<int:room_id>", responses={200: Answer[AdministeredRoom]})
def update_room(path: RoomPath, body: RoomChanges) -> Response:
    """Rename a room, set its topic, archive or restore it. For admins."""
    context, caller = current_context(), current_caller()
    caller.require_admin()
    rooms.update_room(context, caller, path.room_id, body)
    return answer(rooms.get_room(context, path.room_id))


@blueprint.put("/rooms/<int:room_id>/owner", responses={200: Answer[AdministeredRoom]})
def put_room_owner(path: RoomPath) -> Response:
    """Take over a room that has no active owner. For admins."""
    context, (caller, _) = current_context(), current_person()
    rooms.take_ownership(context, caller, path.room_id)
    return answer(rooms.get_room(context, path.room_id))


@blueprint.get("/usage", responses={200: Answer[Usage]})
def get_usage(query: UsageQuery) -> Response:
    """Messages and active people by day, and the storage that files use. For admins."""
    current_caller().require_admin()
    return answer(usage.read_usage(current_context(), query.days))
