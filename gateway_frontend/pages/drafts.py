"""/app/drafts: drafts and scheduled messages."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.filters import name_of
from gateway_frontend.pages.forms import (
    field_errors,
    local_moment,
    require_validation_error,
    typed_values,
)
from gateway_frontend.pages.shell import Listed, app_page, my_conversations
from gateway_frontend.parts import current_parts, current_token, me
from gateway_frontend.shapes.conversations import Conversation, Draft, ScheduledMessage
from servicekit.language import _
from servicekit.web.errors import Problem

PAGE = "/app/drafts"
pages = Blueprint("drafts", __name__, url_prefix=PAGE)


@pages.get("")
def show_drafts() -> bytes:
    return _page()


@pages.post("/<int:conversation_id>/delete")
def delete_draft(conversation_id: int) -> ResponseReturnValue:
    reply_to = request.form.get("reply_to", type=int)
    current_parts().messages.delete_draft(current_token(), conversation_id, reply_to)
    return redirect(PAGE, 303)


@pages.post("/scheduled/<int:scheduled_id>")
def change_scheduled(scheduled_id: int) -> ResponseReturnValue:
    typed = typed_values("content", "send_at")
    changes = {"content": typed["content"], "send_at": local_moment(typed["send_at"])}
    try:
        current_parts().messages.change_scheduled(current_token(), scheduled_id, changes)
    except Problem as problem:
        require_validation_error(problem)
        errors = field_errors(problem) or {"content": problem.detail}
        return _page(edited=scheduled_id, typed=typed, errors=errors), problem.status
    return redirect(PAGE, 303)


@pages.post("/scheduled/<int:scheduled_id>/send")
def send_scheduled(scheduled_id: int) -> ResponseReturnValue:
    try:
        message = current_parts().messages.send_scheduled(current_token(), scheduled_id)
    except Problem as problem:
        require_validation_error(problem)
        return _page(wrong=problem.detail), problem.status
    return redirect(f"/app/c/{message['conversation_id']}", 303)


@pages.post("/scheduled/<int:scheduled_id>/delete")
def cancel_scheduled(scheduled_id: int) -> ResponseReturnValue:
    current_parts().messages.cancel_scheduled(current_token(), scheduled_id)
    return redirect(PAGE, 303)


def _page(**shown: Any) -> bytes:
    messages, token = current_parts().messages, current_token()
    listed = my_conversations()
    drafts = sorted(messages.drafts(token), key=lambda each: each["updated_at"], reverse=True)
    scheduled = sorted(messages.scheduled(token), key=lambda each: each["send_at"])
    return app_page(
        "app/drafts.html",
        listed=listed,
        drafts=drafts,
        refused=[each for each in scheduled if each["refused_at"]],
        waiting=[each for each in scheduled if not each["refused_at"]],
        places=_places(listed, drafts, scheduled),
        **({"edited": None, "wrong": ""} | shown),
    )


def _places(
    listed: Listed, drafts: Iterable[Draft], scheduled: Iterable[ScheduledMessage]
) -> dict[str, dict[str, str]]:
    """The name and address of each draft's place: `c7` is a conversation, `u3` a person."""
    wanted = {draft["conversation_id"] for draft in drafts}
    wanted |= {each["conversation_id"] for each in scheduled if each["conversation_id"]}
    places = {f"c{each['id']}": _place(each) for each in listed[0] if each["id"] in wanted}
    for conversation_id in sorted(wanted):
        if f"c{conversation_id}" not in places:
            places[f"c{conversation_id}"] = _place_beyond_the_list(conversation_id)
    people = sorted({each["recipient_id"] for each in scheduled if each["recipient_id"]})
    for user_id, name in current_parts().users.names(current_token(), people).items():
        places[f"u{user_id}"] = {"name": name, "url": f"/app/u/{user_id}"}
    return places


def _place(conversation: Conversation) -> dict[str, str]:
    sign = "# " if conversation["kind"] == "room" else ""
    name = sign + name_of(conversation, me()["id"])
    return {"name": name, "url": f"/app/c/{conversation['id']}"}


def _place_beyond_the_list(conversation_id: int) -> dict[str, str]:
    """A conversation that the list is too short for, or that the reader has left."""
    try:
        return _place(current_parts().messages.conversation(current_token(), conversation_id))
    except Problem as problem:
        if problem.status != 404:
            raise
        return {"name": _("A conversation that you left"), "url": PAGE}
