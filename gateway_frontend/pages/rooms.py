"""Rooms and groups: make, browse, join, leave, and look after them."""

from typing import Any

from flask import Blueprint, redirect, request

from gateway_frontend.pages.chat import app_page, conversation_page
from gateway_frontend.pages.forms import (
    field_errors,
    is_about_input,
    looked_for,
    typed_values,
    words_for,
)
from gateway_frontend.parts import current_login, current_parts
from servicekit.errors import Problem

SHOWN_PEOPLE = 200
pages = Blueprint("rooms", __name__, url_prefix="/app")


@pages.get("/rooms")
def show_rooms() -> str:
    return _rooms_page()


@pages.post("/rooms")
def make_room() -> Any:
    typed = typed_values("name", "topic", "visibility")
    try:
        room = current_parts().messages.create(_token(), {"kind": "room", **typed})
    except Problem as problem:
        errors = _errors_of(problem)
        wrong = words_for(problem, errors)
        return _rooms_page(typed=typed, errors=errors, wrong=wrong), problem.status
    return _to(room["id"])


@pages.get("/groups/new")
def choose_people() -> str:
    return _group_page()


@pages.post("/groups")
def make_group() -> Any:
    chosen = request.form.getlist("member", type=int)
    if "find" in request.form:
        return _group_page(chosen=chosen, q=looked_for())
    try:
        group = current_parts().messages.create(_token(), {"kind": "group", "member_ids": chosen})
    except Problem as problem:
        _errors_of(problem)
        wrong = "Choose at least one person." if not chosen else problem.detail
        return _group_page(chosen=chosen, wrong=wrong), problem.status
    return _to(group["id"])


@pages.post("/c/<int:conversation_id>/join")
def join(conversation_id: int) -> Any:
    login = current_login()
    messages = current_parts().messages
    messages.add_member(login.access_token, conversation_id, login.user["id"])
    return _to(conversation_id)


@pages.post("/c/<int:conversation_id>/leave")
def leave(conversation_id: int) -> Any:
    login = current_login()
    messages = current_parts().messages
    messages.remove_member(login.access_token, conversation_id, login.user["id"])
    return redirect("/app", 303)


@pages.post("/c/<int:conversation_id>/members")
def add(conversation_id: int) -> Any:
    """By nickname."""
    nickname = request.form.get("nickname", "").strip().removeprefix("@")
    parts, token = current_parts(), _token()
    found, _ = parts.users.people(token, nickname[:100])
    person = next((p for p in found if p["nickname"].casefold() == nickname.casefold()), None)
    if person is None:
        return _panel_again(conversation_id, 422, nickname="Nobody has that nickname.")
    try:
        parts.messages.add_member(token, conversation_id, person["id"])
    except Problem as problem:
        _errors_of(problem)
        return _panel_again(conversation_id, problem.status, nickname=problem.detail)
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/members/<int:user_id>/role")
def give_role(conversation_id: int, user_id: int) -> Any:
    role = request.form.get("role", "")
    current_parts().messages.give_role(_token(), conversation_id, user_id, role)
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/members/<int:user_id>/remove")
def remove(conversation_id: int, user_id: int) -> Any:
    current_parts().messages.remove_member(_token(), conversation_id, user_id)
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/details")
def change(conversation_id: int) -> Any:
    """Only what was changed: not everybody may change everything."""
    typed = typed_values("name", "topic", "visibility")
    parts, token = current_parts(), _token()
    known = parts.messages.conversation(token, conversation_id)
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
        errors = _errors_of(problem) or {"name": problem.detail}
        return _panel_again(conversation_id, problem.status, **errors)
    return _to_panel(conversation_id)


@pages.post("/c/<int:conversation_id>/archive")
def archive(conversation_id: int) -> Any:
    is_archived = request.form.get("archived") == "yes"
    current_parts().messages.change(_token(), conversation_id, {"archived": is_archived})
    return _to(conversation_id)


def _rooms_page(**shown: Any) -> str:
    rooms = current_parts().messages.public_rooms(_token())
    others = [room for room in rooms if not room["joined"]]
    return app_page("app/rooms.html", others=others, **shown)


def _group_page(*, chosen: list[int] | None = None, q: str = "", wrong: str = "") -> str:
    """Who is chosen stays on the page, whoever is looked for."""
    login, users = current_login(), current_parts().users
    kept = users.people_of(login.access_token, chosen or [])
    found, _ = users.people(login.access_token, q, limit=SHOWN_PEOPLE)
    known = {person["id"]: person for person in [*kept, *found]}
    known.pop(login.user["id"], None)
    return app_page(
        "app/group.html", people=list(known.values()), chosen=chosen or [], q=q, wrong=wrong
    )


def _panel_again(conversation_id: int, status: int, **errors: str) -> tuple[str, int]:
    return conversation_page(conversation_id, panel="members", errors=errors, typed=""), status


def _errors_of(problem: Problem) -> dict[str, str]:
    """What is wrong by field; a problem that no form can mend is raised again."""
    if not is_about_input(problem) or problem.status == 401:
        raise problem
    return field_errors(problem)


def _to(conversation_id: int) -> Any:
    return redirect(f"/app/c/{conversation_id}", 303)


def _to_panel(conversation_id: int) -> Any:
    return redirect(f"/app/c/{conversation_id}/members", 303)


def _token() -> str:
    return current_login().access_token
