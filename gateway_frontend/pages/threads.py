"""Threads: one beside its conversation, and all that a person follows."""

from typing import Any, cast

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from gateway_frontend.drawing.message_html import message_drawer
from gateway_frontend.drawing.timeline import Row, first_unread, rows_of
from gateway_frontend.pages.conversation import conversation_page
from gateway_frontend.pages.forms import (
    address_of,
    error_text,
    require_validation_error,
    seq_argument,
)
from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_parts, current_token, me
from gateway_frontend.shapes.conversations import FollowedThread
from gateway_frontend.shapes.messages import Message
from gateway_frontend.shapes.people import Reader
from gateway_frontend.uploading import allow_files, upload_chosen
from servicekit.language import _
from servicekit.web.errors import NotFound, Problem

SHOWN_REPLIES = 200
pages = Blueprint("threads", __name__)
allow_files(pages, "threads.reply")


@pages.get("/app/threads")
def show_threads() -> bytes:
    """Unread ones first; the page of the others goes on by `before`."""
    messages, token = current_parts().messages, current_token()
    before = seq_argument("before")
    conversations, epoch = my_conversations()
    unread: list[FollowedThread] = []
    if before is None:
        unread, _next = messages.threads(token, unread=True, limit=200)
    others, next_before = messages.threads(token, unread=False, before=before)
    return app_page(
        "app/threads.html",
        listed=(conversations, epoch),
        unread=unread,
        others=others,
        by_id={conversation["id"]: conversation for conversation in conversations},
        more=next_before and address_of("/app/threads", before=next_before),
    )


@pages.get("/app/c/<int:conversation_id>/thread/<int:message_id>")
def show_thread(conversation_id: int, message_id: int) -> ResponseReturnValue:
    thread = _thread(conversation_id, message_id)
    return conversation_page(conversation_id, panel="thread", thread=thread)


@pages.get("/front/conversations/<int:conversation_id>/threads/<int:message_id>")
def show_panel(conversation_id: int, message_id: int) -> str:
    """The panel alone, for scripts."""
    conversation = current_parts().messages.conversation(current_token(), conversation_id)
    thread = _thread(conversation_id, message_id)
    reader = cast(Reader, me())
    return render_template(
        "app/thread.html",
        open=conversation,
        me=reader,
        thread=thread,
        draw_message=message_drawer(reader),
    )


@pages.post("/app/c/<int:conversation_id>/thread/<int:message_id>/messages")
def reply(conversation_id: int, message_id: int) -> ResponseReturnValue:
    messages, token = current_parts().messages, current_token()
    sent: dict[str, object] = {
        "conversation_id": conversation_id,
        "reply_to": message_id,
        "content": request.form.get("content", ""),
        "also_in_conversation": "also_in_conversation" in request.form,
    }
    if client_id := request.form.get("client_id"):
        sent["client_id"] = client_id
    try:
        if attachments := upload_chosen(messages.http, token):
            sent["attachments"] = attachments
        messages.post(token, sent)
    except Problem as problem:
        require_validation_error(problem)
        thread = _thread(conversation_id, message_id)
        thread["wrong"] = error_text(problem)
        thread["typed"] = sent["content"]
        return conversation_page(conversation_id, panel="thread", thread=thread), problem.status
    return _to(conversation_id, message_id)


@pages.post("/app/c/<int:conversation_id>/thread/<int:message_id>/follow")
def follow(conversation_id: int, message_id: int) -> ResponseReturnValue:
    following = request.form.get("following") == "yes"
    current_parts().messages.follow_thread(current_token(), message_id, following=following)
    return _to(conversation_id, message_id)


def _thread(conversation_id: int, message_id: int) -> dict[str, Any]:
    """The data of the panel; raises NotFound for a message that is not the first of a thread."""
    messages, token = current_parts().messages, current_token()
    first = messages.message(token, message_id)
    if first["conversation_id"] != conversation_id or first["thread_id"] is not None:
        raise NotFound(_("There is no such thread here."))
    state = messages.thread(token, message_id)
    replies, has_older = messages.replies(token, message_id, limit=SHOWN_REPLIES)
    return {
        "first": first,
        "state": state,
        "rows": _rows(replies, state["read_seq"] if state["unread"] else None, has_older),
        "has_older": has_older,
        "at": seq_argument("at"),
        "typed": "",
        "wrong": "",
    }


def _rows(replies: list[Message], new_after: int | None, has_older: bool) -> list[Row]:
    first_new = None
    if new_after is not None:
        first_new = first_unread(replies, new_after, me()["id"], not has_older)
    return list(rows_of(replies, first_new, [], "room"))


def _to(conversation_id: int, message_id: int) -> ResponseReturnValue:
    return redirect(f"/app/c/{conversation_id}/thread/{message_id}", 303)
