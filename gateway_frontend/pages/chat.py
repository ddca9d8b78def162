"""The app: the list, a conversation, and search, all usable as plain forms."""

from dataclasses import dataclass

from flask import Blueprint, redirect, request
from flask.typing import ResponseReturnValue

from gateway_frontend.commands import is_command, without_escape
from gateway_frontend.pages.conversation import conversation_page, first_message_page
from gateway_frontend.pages.forms import (
    address_of,
    error_text,
    require_validation_error,
    search_term,
    seq_argument,
)
from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_login, current_parts, me
from gateway_frontend.poll_command import USAGE, is_poll_command, read_poll_command
from gateway_frontend.uploading import allow_files, upload_chosen
from servicekit.language import _
from servicekit.web.errors import BadRequest, Problem

pages = Blueprint("chat", __name__, url_prefix="/app")
allow_files(pages, "chat.send", "chat.send_first")


@pages.get("/c/<int:conversation_id>")
def show_conversation(conversation_id: int) -> ResponseReturnValue:
    """With `at`, the message with that seq in its place, which may be its thread."""
    at = seq_argument("at")
    if at and (thread_id := _thread_of(conversation_id, at)):
        return redirect(address_of(f"/app/c/{conversation_id}/thread/{thread_id}", at=at))
    return conversation_page(conversation_id)


@pages.post("/c/<int:conversation_id>/messages")
def send(conversation_id: int) -> ResponseReturnValue:
    try:
        posted = _post({"conversation_id": conversation_id})
    except Problem as problem:
        require_validation_error(problem)
        return conversation_page(conversation_id, wrong=error_text(problem)), problem.status
    if posted.answer is not None:
        return conversation_page(conversation_id, command_answer=posted.answer)
    return redirect(f"/app/c/{conversation_id}", 303)


@pages.get("/u/<int:user_id>")
def write_to(user_id: int) -> ResponseReturnValue:
    """The direct conversation with a person, created by its first message."""
    conversations, epoch = my_conversations()
    for conversation in conversations:
        if conversation["kind"] == "direct" and {user_id, me()["id"]} == {
            p["id"] for p in conversation["members"]
        }:
            return redirect(f"/app/c/{conversation['id']}", 303)
    return first_message_page(user_id, (conversations, epoch))


@pages.post("/u/<int:user_id>/messages")
def send_first(user_id: int) -> ResponseReturnValue:
    try:
        posted = _post({"recipient_id": user_id})
    except Problem as problem:
        require_validation_error(problem)
        page = first_message_page(user_id, my_conversations(), wrong=error_text(problem))
        return page, problem.status
    return redirect(f"/app/c/{posted.conversation_id}", 303)


@pages.get("/find")
def find() -> bytes:
    login, parts = current_login(), current_parts()
    q = search_term(parts.limits.users.get("search"))
    after = request.args.get("after", type=int)
    conversations, epoch = my_conversations()
    people, next_after = parts.users.people(login.access_token, q, after)
    rooms = [
        c
        for c in conversations
        if q and c["kind"] == "room" and q.casefold() in (c["name"] or "").casefold()
    ]
    more = None
    if next_after is not None:
        more = address_of("/app/find", q=q, after=next_after)
    return app_page(
        "app/find.html", listed=(conversations, epoch), people=people, rooms=rooms, q=q, more=more
    )


@dataclass(frozen=True, slots=True)
class _Posted:
    """The form's message was sent, or its command run; `answer` is for the person alone."""

    conversation_id: int
    answer: str | None = None


def _thread_of(conversation_id: int, at: int) -> int | None:
    """The thread of the message with this seq, if it is shown there alone."""
    messages, token = current_parts().messages, current_login().access_token
    try:
        page = messages.events(token, conversation_id, at - 1, 1)
    except Problem as problem:
        if problem.status == 403:
            return None  # a public room: the page offers to join it
        raise
    for event in page["events"]:
        message = event["data"]
        if event["type"] == "message.created" and not message.get("also_in_conversation"):
            return message.get("thread_id")
    return None


def _post(place: dict[str, object]) -> _Posted:
    """Send the form's message with its files, or its poll, or run its command."""
    messages, token = current_parts().messages, current_login().access_token
    content, client_id = request.form.get("content", ""), request.form.get("client_id")
    sent = place | ({"client_id": client_id} if client_id else {})
    if "conversation_id" in place and is_poll_command(content):
        return _Posted(messages.ask_poll(token, sent | _poll_of(content))["conversation_id"])
    if is_command(content):
        return _run_command(place, content)
    sent["content"] = without_escape(content)
    if attachments := upload_chosen(messages.http, token):
        sent["attachments"] = attachments
    return _Posted(messages.post(token, sent)["conversation_id"])


def _run_command(place: dict[str, object], content: str) -> _Posted:
    conversation_id = place.get("conversation_id")
    if not isinstance(conversation_id, int):
        raise BadRequest(_("Commands work once the conversation has begun."))
    try:
        ran = current_parts().integrations.run_command(
            current_login().access_token, conversation_id, content
        )
    except Problem as problem:
        if problem.status == 404:  # there is no such command
            raise BadRequest(problem.detail) from problem
        raise
    return _Posted(conversation_id, ran["text"] if ran["response_type"] == "ephemeral" else None)


def _poll_of(content: str) -> dict[str, object]:
    read = read_poll_command(content)
    if read is None:
        raise BadRequest(_(USAGE))
    return {"question": read[0], "choices": read[1]}
