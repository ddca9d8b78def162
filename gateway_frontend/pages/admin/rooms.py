"""/admin/rooms: all rooms, without their messages."""

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    address_of,
    notice_of,
    require_validation_error,
    search_term,
    seq_argument,
)
from gateway_frontend.parts import current_parts, current_token
from servicekit.language import N_
from servicekit.web.errors import Problem

NOTICES = {
    "saved": N_("Room saved."),
    "archived": N_("Room archived."),
    "restored": N_("Room restored."),
    "owner": N_("You are the owner of the room now."),
}
pages = Blueprint("admin_rooms", __name__, url_prefix="/admin/rooms")


@pages.get("")
def show() -> str:
    return _page(notice=notice_of(NOTICES))


@pages.post("/<int:room_id>")
def save(room_id: int) -> ResponseReturnValue:
    changes = {name: request.form.get(name, "").strip() for name in ("name", "topic")}
    return _change(room_id, changes, "saved")


@pages.post("/<int:room_id>/archive")
def archive(room_id: int) -> ResponseReturnValue:
    return _change(room_id, {"archived": True}, "archived")


@pages.post("/<int:room_id>/restore")
def restore(room_id: int) -> ResponseReturnValue:
    return _change(room_id, {"archived": False}, "restored")


@pages.post("/<int:room_id>/owner")
def take_ownership(room_id: int) -> ResponseReturnValue:
    try:
        current_parts().admin.take_ownership(current_token(), room_id)
    except Problem as problem:
        if problem.status != 409:
            raise
        return _page(wrong=problem.detail), 409
    return redirect("/admin/rooms?done=owner", 303)


def _change(room_id: int, changes: dict[str, Any], notice: str) -> ResponseReturnValue:
    try:
        current_parts().admin.change_room(current_token(), room_id, changes)
    except Problem as problem:
        require_validation_error(problem)
        if problem.status == 403:
            raise
        words = "; ".join(error["message"] for error in problem.errors or ())
        return _page(wrong=words or problem.detail), problem.status
    return redirect(f"/admin/rooms?done={notice}", 303)


def _page(**shown: Any) -> str:
    parts, token = current_parts(), current_token()
    q = search_term(parts.limits.messages.get("search"))
    is_archived = "archived" in request.args
    rooms, after = parts.admin.rooms(token, q, seq_argument("after"), archived=is_archived)
    more = after and address_of(
        "/admin/rooms", q=q, after=after, archived="1" if is_archived else None
    )
    return render_template(
        "admin/rooms.html", rooms=rooms, q=q, more=more, is_archived=is_archived, **shown
    )
