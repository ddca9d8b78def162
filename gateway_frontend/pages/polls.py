"""Polls as plain pages: create, list voters, vote, close. Scripts use the API instead."""

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.forms import (
    error_summary,
    field_errors,
    local_moment,
    require_validation_error,
)
from gateway_frontend.pages.shell import app_page
from gateway_frontend.parts import current_parts, current_token
from gateway_frontend.shapes.messages import Poll
from servicekit.web.errors import Problem

LINES = 4
pages = Blueprint("polls", __name__, url_prefix="/app")


@pages.get("/c/<int:conversation_id>/polls/new")
def show_form(conversation_id: int) -> bytes:
    return _form(conversation_id)


@pages.post("/c/<int:conversation_id>/polls")
def ask(conversation_id: int) -> ResponseReturnValue:
    try:
        poll = current_parts().messages.ask_poll(
            current_token(), {"conversation_id": conversation_id, **_asked()}
        )
    except Problem as problem:
        require_validation_error(problem)
        return _form(conversation_id, problem), problem.status
    return _to(poll)


@pages.get("/polls/<int:poll_id>")
def show(poll_id: int) -> bytes:
    """A poll with the names of its voters, unless it is anonymous."""
    return _page(poll_id)


@pages.post("/polls/<int:poll_id>/votes")
def vote(poll_id: int) -> ResponseReturnValue:
    choice_ids = request.form.getlist("choice", type=int)
    try:
        return _to(current_parts().messages.vote(current_token(), poll_id, choice_ids))
    except Problem as problem:
        require_validation_error(problem)
        return _page(poll_id, wrong=problem.detail), problem.status


@pages.post("/polls/<int:poll_id>/close")
def close(poll_id: int) -> ResponseReturnValue:
    return _to(current_parts().messages.close_poll(current_token(), poll_id))


def _asked() -> dict[str, object]:
    """The poll in the form, without empty choices."""
    form = request.form
    asked: dict[str, object] = {
        "question": form.get("question", ""),
        "choices": [line for line in form.getlist("choice") if line.strip()],
        "multiple": "multiple" in form,
        "anonymous": "anonymous" in form,
    }
    if closes_at := form.get("closes_at"):
        asked["closes_at"] = local_moment(closes_at)
    if client_id := form.get("client_id"):
        asked["client_id"] = client_id
    return asked


def _form(conversation_id: int, problem: Problem | None = None) -> bytes:
    conversation = current_parts().messages.conversation(current_token(), conversation_id)
    errors = field_errors(problem) if problem else {}
    typed = request.form.to_dict() | {"choices": request.form.getlist("choice")}
    wrong = error_summary(problem, errors) if problem else None
    return app_page(
        "app/ask.html",
        open=conversation,
        open_id=conversation_id,
        typed=typed,
        errors=errors,
        wrong=wrong,
        lines=max(LINES, len(typed["choices"])),
    )


def _page(poll_id: int, wrong: str = "") -> bytes:
    messages = current_parts().messages
    poll = messages.poll(current_token(), poll_id)
    voters = {voter for choice in poll["choices"] for voter in choice.get("voters", ())}
    return app_page(
        "app/poll.html",
        poll=poll,
        open=messages.conversation(current_token(), poll["conversation_id"]),
        open_id=poll["conversation_id"],
        names=current_parts().users.names(current_token(), sorted(voters)),
        wrong=wrong,
    )


def _to(poll: Poll) -> ResponseReturnValue:
    return redirect(f"/app/c/{poll['conversation_id']}#m{poll['message_id']}", 303)
