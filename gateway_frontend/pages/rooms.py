"""Rooms and groups: browse, create, join, leave, change, and their members."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.filters import name_of
from gateway_frontend.pages.conversation import conversation_page
from gateway_frontend.pages.forms import (
    address_of,
    error_text,
    field_errors,
    form_errors,
    require_validation_error,
    search_term,
    typed_values,
)
from gateway_frontend.pages.shell import app_page
from gateway_frontend.parts import current_login, current_parts, current_token, me
from servicekit.language import _
from servicekit.web.errors import Problem
from servicekit.web.schemas import MAX_ID

SHOWN_PEOPLE = 50
MAX_CHOSEN = 200
SHOWN_MEMBERS = 30
pages = Blueprint("rooms", __name__, url_prefix="/app")


@pages.get("/rooms")
def show_rooms() -> bytes:
    q = search_term(current_parts().limits.messages.get("name"))
    after = request.args.get("after", type=int)
    found, next_after = current_parts().messages.public_rooms(current_token(), q, after)
    more = next_after and address_of("/app/rooms", q=q, after=next_after)
    return app_page("app/rooms.html", found=found, q=q, more=more)


@pages.get("/rooms/new")
def new_room() -> bytes:
    return app_page("app/room_new.html")


@pages.post("/rooms")
def make_room() -> ResponseReturnValue:
    typed = typed_values("name", "topic", "visibility")
    try:
        room = current_parts().messages.create(current_token(), {"kind": "room", **typed})
    except Problem as problem:
        page = app_page("app/room_new.html", typed=typed, **form_errors(problem))
        return page, problem.status
    return _to(room["id"])


@pages.get("/groups/new")
def choose_people() -> bytes:
    return _group_page()


@pages.post("/groups")
def make_group() -> ResponseReturnValue:
    chosen = _chosen()
    if "find" in request.form:
        return _group_page()
    try:
        group = current_parts().messages.create(
            current_token(), {"kind": "group", "member_ids": chosen}
        )
    except Problem as problem:
        require_validation_error(problem)
        wrong = error_text(problem)
        return _group_page(wrong if chosen else _("Choose at least one person.")), problem.status
    return _to(group["id"])


@pages.post("/c/<int:conversation_id>/join")
def join(conversation_id: int) -> ResponseReturnValue:
    login = current_login()
    messages = current_parts().messages
    messages.add_member(login.access_token, conversation_id, login.user["id"])
    return _to(conversation_id)


@pages.post("/c/<int:conversation_id>/leave")
def leave(conversation_id: int) -> ResponseReturnValue:
    login = current_login()
    messages = current_parts().messages
    messages.remove_member(login.access_token, conversation_id, login.user["id"])
    return redirect("/app", 303)


@pages.get("/c/<int:conversation_id>/members")
def show_members(conversation_id: int) -> ResponseReturnValue:
    return _panel(conversation_id, after=request.args.get("members_after", type=int))


@pages.get("/c/<int:conversation_id>/members/new")
def choose_members(conversation_id: int) -> bytes:
    return _members_page(conversation_id)


@pages.post("/c/<int:conversation_id>/members")
def add(conversation_id: int) -> ResponseReturnValue:
    chosen = _chosen()
    if "find" in request.form:
        return _members_page(conversation_id)
    if not chosen:
        return _members_page(conversation_id, _("Choose at least one person.")), 422
    messages, token = current_parts().messages, current_token()
    try:
        for user_id in chosen:
            messages.add_member(token, conversation_id, user_id)
    except Problem as problem:
        require_validation_error(problem)
        return _members_page(conversation_id, error_text(problem)), problem.status
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/members/<int:user_id>/role")
def give_role(conversation_id: int, user_id: int) -> ResponseReturnValue:
    role = request.form.get("role", "")
    current_parts().messages.give_role(current_token(), conversation_id, user_id, role)
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/members/<int:user_id>/remove")
def remove(conversation_id: int, user_id: int) -> ResponseReturnValue:
    current_parts().messages.remove_member(current_token(), conversation_id, user_id)
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/details")
def change(conversation_id: int) -> ResponseReturnValue:
    """Send only changed fields, because rights differ by field."""
    typed = typed_values("name", "topic", "visibility")
    parts, token = current_parts(), current_token()
    known: Mapping[str, object] = parts.messages.conversation(token, conversation_id)
    changes = {
        field: typed[field]
        for field in typed
        if field in request.form and typed[field] != known[field]
    }
    if not changes:
        return _to_panel(conversation_id)
    try:
        parts.messages.change(token, conversation_id, changes)
    except Problem as problem:
        require_validation_error(problem)
        errors = field_errors(problem) or {"name": problem.detail}
        return _panel(conversation_id, errors=errors, typed_details=typed), problem.status
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/archive")
def archive(conversation_id: int) -> ResponseReturnValue:
    is_archived = request.form.get("archived") == "yes"
    current_parts().messages.change(current_token(), conversation_id, {"archived": is_archived})
    return _to(conversation_id)


def _panel(conversation_id: int, after: int | None = None, **shown: Any) -> bytes:
    """The conversation beside a page of its members, those with `q` in their name."""
    q = search_term(current_parts().limits.messages.get("search"))
    url = f"/app/c/{conversation_id}/members"
    found, next_after = current_parts().messages.members(
        current_token(), conversation_id, q=q, after=after, limit=SHOWN_MEMBERS
    )
    return conversation_page(
        conversation_id,
        panel="members",
        members=found,
        q=q,
        is_searchable=bool(q or after or next_after),
        more_members=next_after and address_of(url, q=q, members_after=next_after),
        first_members=after and url,
        **({"typed": "", "typed_details": {}} | shown),
    )


def _group_page(wrong: str = "") -> bytes:
    return _picker_page(
        _("New group"), _("Create group"), "/app/groups", "/app/find", wrong, {me()["id"]}
    )


def _members_page(conversation_id: int, wrong: str = "") -> bytes:
    """People to add, without known members."""
    known = current_parts().messages.conversation(current_token(), conversation_id)
    name = ("# " if known["kind"] == "room" else "") + name_of(known, me()["id"])
    action = f"/app/c/{conversation_id}/members"
    members = {member["id"] for member in known["members"]}
    return _picker_page(
        _("Add people to %(name)s", name=name), _("Add"), action, action, wrong, members
    )


def _picker_page(
    heading: str, button: str, action: str, back: str, wrong: str, left_out: set[int]
) -> bytes:
    """People to choose from; chosen ones stay on the page across searches."""
    users, token = current_parts().users, current_token()
    q = search_term(current_parts().limits.users.get("search"))
    chosen = users.people_of(token, _chosen())
    found, next_after = users.people(token, q, limit=SHOWN_PEOPLE)
    hidden = left_out | {person["id"] for person in chosen}
    return app_page(
        "app/pick.html",
        heading=heading,
        button=button,
        action=action,
        back=back,
        wrong=wrong,
        chosen=chosen,
        people=[person for person in found if person["id"] not in hidden],
        is_cut=next_after is not None,
        q=q,
    )


def _chosen() -> list[int]:
    ids = request.form.getlist("member", type=int)
    return [user_id for user_id in dict.fromkeys(ids) if 0 < user_id <= MAX_ID][:MAX_CHOSEN]


def _to(conversation_id: int) -> ResponseReturnValue:
    return redirect(f"/app/c/{conversation_id}", 303)


def _to_panel(conversation_id: int) -> ResponseReturnValue:
    return redirect(f"/app/c/{conversation_id}/members", 303)
