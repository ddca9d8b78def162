"""The app: the list, a conversation, and search, all usable as plain forms."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request

from gateway_frontend.commands import hint_for, without_escape
from gateway_frontend.history import History, Place, read_history, read_unread
from gateway_frontend.notes import Note, actors_of, note_of
from gateway_frontend.pages.forms import (
    field_errors,
    is_validation_error,
    search_term,
    wanted_place,
)
from gateway_frontend.parts import current_login, current_parts, me
from gateway_frontend.poll_command import USAGE, is_poll_command, read_poll_command
from gateway_frontend.timeline import first_unread, rows_of
from gateway_frontend.uploading import allow_files, upload_chosen
from servicekit.web.errors import BadRequest, Problem

Json = dict[str, Any]
pages = Blueprint("chat", __name__, url_prefix="/app")
allow_files(pages, "chat.send", "chat.send_first")


@pages.get("/c/<int:conversation_id>")
def show_conversation(conversation_id: int) -> Any:
    return conversation_page(conversation_id)


@pages.post("/c/<int:conversation_id>/messages")
def send(conversation_id: int) -> Any:
    try:
        _post({"conversation_id": conversation_id})
    except Problem as problem:
        if not is_validation_error(problem) or problem.status == 401:
            raise
        return conversation_page(conversation_id, wrong=_error_text(problem)), problem.status
    return redirect(f"/app/c/{conversation_id}", 303)


@pages.get("/u/<int:user_id>")
def write_to(user_id: int) -> Any:
    """The direct conversation with a person, created by its first message."""
    conversations, epoch = my_conversations()
    for conversation in conversations:
        if conversation["kind"] == "direct" and {user_id, me()["id"]} == {
            p["id"] for p in conversation["members"]
        }:
            return redirect(f"/app/c/{conversation['id']}", 303)
    return _first_message_page(user_id, conversations, epoch)


@pages.post("/u/<int:user_id>/messages")
def send_first(user_id: int) -> Any:
    try:
        message = _post({"recipient_id": user_id})
    except Problem as problem:
        if not is_validation_error(problem) or problem.status == 401:
            raise
        page = _first_message_page(user_id, *my_conversations(), wrong=_error_text(problem))
        return page, problem.status
    return redirect(f"/app/c/{message['conversation_id']}", 303)


@pages.get("/find")
def find() -> str:
    login, parts = current_login(), current_parts()
    q = search_term()
    after = request.args.get("after", type=int)
    conversations, epoch = my_conversations()
    people, next_after = parts.users.people(login.access_token, q, after)
    rooms = [
        c
        for c in conversations
        if q and c["kind"] == "room" and q.casefold() in c["name"].casefold()
    ]
    more = None
    if next_after is not None:
        more = _url("/app/find", q=q, after=next_after)
    return _shell("app/find.html", conversations, epoch, people=people, rooms=rooms, q=q, more=more)


def app_page(
    template: str, *, listed: tuple[list[Json], str | None] | None = None, **shown: Any
) -> str:
    """A page inside the app, with the list on its left; `listed` is the list if it is known."""
    return _shell(template, *(listed or my_conversations()), **shown)


def my_conversations() -> tuple[list[Json], str | None]:
    """Rooms by name, then people by their latest message."""
    found, epoch = current_parts().messages.conversations(current_login().access_token)
    rooms = [each for each in found if each["kind"] == "room"]
    rooms.sort(key=lambda room: str(room["name"]).casefold())
    return rooms + [each for each in found if each["kind"] != "room"], epoch


def conversation_page(conversation_id: int, panel: str = "", wrong: str = "", **shown: Any) -> str:
    """Read the list before the messages, so that the page is never older than its seqs."""
    login, parts = current_login(), current_parts()
    conversations, epoch = my_conversations()
    found = [c for c in conversations if c["id"] == conversation_id]
    conversation = (
        found[0] if found else parts.messages.conversation(login.access_token, conversation_id)
    )
    if not conversation["joined"]:
        return _shell("app/join.html", conversations, epoch, open=conversation)
    place = wanted_place()
    is_partial = place != Place()
    history = (
        read_history(parts.messages, login.access_token, conversation, place)
        if is_partial
        else read_unread(parts.messages, login.access_token, conversation)
    )
    new_after = conversation["read_seq"] if conversation["unread"] else None
    first_new = None
    if new_after is not None:
        first_new = first_unread(history.messages, new_after, me()["id"], history.is_whole)
    rows = rows_of(history.messages, first_new, _notes(conversation, history), _place(conversation))
    seqs = [message["seq"] for message in history.messages]
    address = f"/app/c/{conversation_id}"
    return _shell(
        "app/conversation.html",
        conversations if found else [conversation, *conversations],
        epoch,
        open=conversation,
        open_id=conversation_id,
        rows=list(rows),
        new_after=new_after,
        older=_url(address, before=seqs[0]) if seqs and not history.is_whole else None,
        later=_url(address, after=seqs[-1]) if seqs and not history.reaches_end else None,
        read_up_to=_read_up_to(conversation, history, place),
        is_partial=is_partial,
        panel=panel,
        wrong=wrong,
        **({"typed": request.form.get("content", ""), "members": conversation["members"]} | shown),
    )


def _read_up_to(conversation: Json, history: History, place: Place) -> int | None:
    """The seq that a reader without scripts has read up to; None if there is nothing new."""
    if not conversation["unread"] or place.before or not history.messages:
        return None
    last: int = conversation["last_seq"] if history.reaches_end else history.messages[-1]["seq"]
    return last


def _notes(conversation: Json, history: History) -> list[Note]:
    """The notes of a page; most names are known from the members."""
    names = {person["id"]: person["name"] for person in conversation["members"]}
    unknown = actors_of(history.events) - names.keys()
    if unknown:
        names |= current_parts().users.names(current_login().access_token, sorted(unknown))
    return [note_of(event, names) for event in history.events]


def moderates(user: Json, conversation: Json | None) -> bool:
    """Whether the person may close other people's polls; never in a direct conversation."""
    if conversation is None or conversation["kind"] == "direct" or not conversation["role"]:
        return False
    return user.get("role") == "admin" or conversation["role"] in ("owner", "moderator")


def _place(conversation: Json) -> str:
    return "group" if conversation["kind"] == "group" else "room"


def _first_message_page(
    user_id: int, conversations: list[Json], epoch: str | None, wrong: str = ""
) -> str:
    login = current_login()
    person = login.user
    if user_id != person["id"]:
        person = current_parts().users.person(login.access_token, user_id)
    conversation = {
        "id": None,
        "kind": "direct",
        "name": None,
        "topic": "",
        "members": [person],
        "read_seq": 0,
    }
    return _shell(
        "app/conversation.html",
        conversations,
        epoch,
        open=conversation,
        recipient=person,
        rows=[],
        wrong=wrong,
        typed=request.form.get("content", ""),
    )


def _shell(
    template: str,
    conversations: list[Json],
    epoch: str | None,
    *,
    pane: str = "middle",
    **shown: Any,
) -> str:
    """A page of the app, with the data of the scripts as JSON."""
    user = me()
    reader = user | {"moderates": moderates(user, shown.get("open"))}
    summaries = [_summary_for_scripts(c) for c in conversations]
    mine = {key: user[key] for key in ("id", "name", "nickname")}
    page_data = {"me": mine, "epoch": epoch, "conversations": summaries}
    return render_template(
        template,
        conversations=conversations,
        me=reader,
        pane=pane,
        page_data=page_data,
        **({"open_id": None} | shown),
    )


def _summary_for_scripts(conversation: Json) -> Json:
    """A room is shown by its name, others by their members."""
    left_out = {"last_message"} | ({"members"} if conversation["kind"] == "room" else set())
    return {key: value for key, value in conversation.items() if key not in left_out}


def _post(place: Json) -> Json:
    """Send the form's message with its files, or its poll."""
    messages, token = current_parts().messages, current_login().access_token
    content, client_id = request.form.get("content", ""), request.form.get("client_id")
    sent: Json = place | ({"client_id": client_id} if client_id else {})
    if "conversation_id" in place and is_poll_command(content):
        asked: Json = messages.ask_poll(token, sent | _poll_of(content))
        return asked
    if hint := hint_for(content):
        raise BadRequest(hint)
    sent["content"] = without_escape(content)
    if attachments := upload_chosen(messages.http, token):
        sent["attachments"] = attachments
    stored: Json = messages.post(token, sent)
    return stored


def _poll_of(content: str) -> Json:
    read = read_poll_command(content)
    if read is None:
        raise BadRequest(USAGE)
    return {"question": read[0], "choices": read[1]}


def _error_text(problem: Problem) -> str:
    return " ".join(field_errors(problem).values()) or problem.detail


def _url(path: str, **query: Any) -> str:
    given = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(given)}"
