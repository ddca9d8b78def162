"""/ and the tutorial's pages: people, and the direct messages of one of them."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import error_text, require_validation_error
from gateway_frontend.parts import current_login, current_parts, me
from servicekit.language import _
from servicekit.web.errors import Forbidden, Problem

pages = Blueprint("front", __name__)


@pages.get("/")
def home() -> ResponseReturnValue:
    return redirect("/front/users" if _is_tutorial() else "/app", 302)


@pages.get("/front/users")
def show_people() -> ResponseReturnValue:
    after = request.args.get("after", type=int)
    people, next_after = current_parts().users.people(_token(), after=after)
    more = f"/front/users?after={next_after}" if next_after is not None else None
    return render_template("front/users.html", people=people, more=more)


@pages.get("/front/messages/<int:user_id>")
def show_messages(user_id: int) -> ResponseReturnValue:
    return _messages_page(user_id)


@pages.post("/front/messages/<int:user_id>")
def send(user_id: int) -> ResponseReturnValue:
    _require_own(user_id)
    recipient_id = request.form.get("recipient_id", "")
    content = request.form.get("content", "")
    message = {
        "content": content,
        "recipient_id": recipient_id,
        "author_id": user_id,
    }
    if client_id := request.form.get("client_id"):
        message["client_id"] = client_id
    try:
        current_parts().messages.post(_token(), message)
    except Problem as problem:
        require_validation_error(problem)
        wrong = error_text(problem)
        return _messages_page(user_id, wrong=wrong, typed=content), problem.status
    return redirect(f"/front/messages/{user_id}?to={recipient_id}", 303)


def _messages_page(user_id: int, wrong: str = "", typed: str = "") -> str:
    _require_own(user_id)
    parts, token = current_parts(), _token()
    people, _ = parts.users.people(token, limit=200)
    person = next((each for each in people if each["id"] == user_id), None)
    if person is None:
        person = parts.users.person(token, user_id)
    messages = parts.messages.messages_of(token, user_id)
    chosen = request.form.get("recipient_id") or request.args.get("to", "")
    return render_template(
        "front/messages.html",
        person=person,
        people=people,
        messages=messages,
        chosen=chosen,
        wrong=wrong,
        typed=typed,
    )


def _require_own(user_id: int) -> None:
    """Only the tutorial may read other people's direct messages."""
    if not _is_tutorial() and me()["id"] != user_id:
        raise Forbidden(_("These are somebody else's messages."), "not-yours")


def _token() -> str | None:
    return None if _is_tutorial() else current_login().access_token


def _is_tutorial() -> bool:
    return current_parts().settings.tutorial
