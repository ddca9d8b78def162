"""The page of a conversation."""

from typing import Any

from flask import request

from gateway_frontend.drawing.history import (
    PAGE,
    History,
    Place,
    read_history,
    read_marker,
    read_unread,
)
from gateway_frontend.drawing.notes import Note, actors_of, note_of
from gateway_frontend.drawing.timeline import first_unread, rows_of
from gateway_frontend.pages.forms import address_of, seq_argument, wanted_place
from gateway_frontend.pages.shell import Listed, app_page, opened_conversation
from gateway_frontend.parts import current_login, current_parts, me
from gateway_frontend.shapes.conversations import Conversation, Draft, OpenedConversation
from gateway_frontend.shapes.people import Person
from servicekit.language import _
from servicekit.web.errors import NotFound

WITH_EACH_MESSAGE = {"last_message", "last_seq", "active_at", "read_seq", "unread", "unread_from"}


def conversation_page(
    conversation_id: int, panel: str = "", wrong: str = "", **shown: Any
) -> bytes:
    """Read the list before the messages, so that the page is never older than its seqs."""
    place = wanted_place()
    is_partial = place != Place()
    at = None if is_partial or panel == "thread" else seq_argument("at")
    is_newest = at is None and not is_partial
    opened, listed = opened_conversation(conversation_id, limit=PAGE if is_newest else 1)
    conversation = opened["conversation"]
    if not conversation["joined"]:
        return app_page("app/join.html", listed=listed, open=conversation)
    history = _read(opened, place, at)
    defaults: dict[str, Any] = {"members": conversation["members"], **_typed(opened["draft"])}
    return app_page(
        "app/conversation.html",
        listed=_with_opened(listed, conversation),
        open=conversation,
        frame=frame_of(conversation),
        recipient_id=None,
        open_id=conversation_id,
        is_silent=not history.messages,
        read_seq=read_marker(conversation),
        read_up_to=_read_up_to(conversation, history, place),
        is_partial=is_partial,
        at=at,
        panel=panel,
        wrong=wrong,
        **_rows(conversation, history),
        **_other_pages(conversation_id, history),
        **defaults | shown,
    )


def first_message_page(user_id: int, listed: Listed, wrong: str = "") -> bytes:
    """A direct conversation that does not exist yet."""
    login = current_login()
    person: Person = login.user
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
    return app_page(
        "app/conversation.html",
        listed=listed,
        open=conversation,
        frame=conversation,
        recipient_id=person["id"],
        read_up_to=None,
        is_silent=True,
        rows=[],
        wrong=wrong,
        typed=request.form.get("content", ""),
    )


def frame_of(conversation: Conversation) -> dict[str, Any]:
    """The fields that are drawn around the messages; none of them changes with each message."""
    left_out = WITH_EACH_MESSAGE | ({"members"} if conversation["kind"] == "room" else set())
    return {key: value for key, value in conversation.items() if key not in left_out}


def _with_opened(listed: Listed, conversation: Conversation) -> Listed:
    """The list, and first in it the conversation if the list is too short for it."""
    conversations, epoch = listed
    if any(each["id"] == conversation["id"] for each in conversations):
        return listed
    return [conversation, *conversations], epoch


def _read(opened: OpenedConversation, place: Place, at: int | None) -> History:
    """The part of the conversation that the address names; without one, the unread messages."""
    conversation = opened["conversation"]
    if at is not None:
        return _read_at(conversation, at)
    messages, token = current_parts().messages, current_login().access_token
    if place != Place():
        return read_history(messages, token, conversation, place)
    return read_unread(messages, token, opened)


def _read_at(conversation: Conversation, at: int) -> History:
    """The part around the message with this seq; raises NotFound if there is none."""
    login, parts = current_login(), current_parts()
    history = read_history(parts.messages, login.access_token, conversation, Place(around=at))
    if at not in (message["seq"] for message in history.messages):
        raise NotFound(_("There is no such message here."))
    return history


def _rows(conversation: Conversation, history: History) -> dict[str, Any]:
    """The rows, and the seq after which the "new" line comes; None if nothing is unread."""
    new_after = read_marker(conversation) if conversation["unread"] else None
    first_new = None
    if new_after is not None:
        first_new = first_unread(history.messages, new_after, me()["id"], history.is_whole)
    notes = _notes(conversation, history)
    rows = rows_of(history.messages, first_new, notes, _place(conversation))
    return {"rows": list(rows), "new_after": new_after}


def _other_pages(conversation_id: int, history: History) -> dict[str, Any]:
    """The addresses of older and of later messages."""
    address, seqs = f"/app/c/{conversation_id}", [message["seq"] for message in history.messages]
    return {
        "older": address_of(address, before=seqs[0]) if seqs and not history.is_whole else None,
        "later": address_of(address, after=seqs[-1]) if seqs and not history.reaches_end else None,
    }


def _typed(draft: Draft | None) -> dict[str, str]:
    """The text of the form: that of a form that was refused, else the draft."""
    drafted = draft["content"] if draft else ""
    return {
        "typed": request.form.get("content") or drafted,
        "drafted": draft["updated_at"] if draft else "",
    }


def _read_up_to(conversation: Conversation, history: History, place: Place) -> int | None:
    """The seq that a reader without scripts has read up to; None if there is nothing new."""
    if not conversation["unread"] or place.before or not history.messages:
        return None
    return conversation["last_seq"] if history.reaches_end else history.messages[-1]["seq"]


def _notes(conversation: Conversation, history: History) -> list[Note]:
    """The notes of a page; most names are known from the members."""
    names = {person["id"]: person["name"] for person in conversation["members"]}
    unknown = actors_of(history.events) - names.keys()
    if unknown:
        names |= current_parts().users.names(current_login().access_token, sorted(unknown))
    return [note_of(event, names) for event in history.events]


def _place(conversation: Conversation) -> str:
    return "group" if conversation["kind"] == "group" else "room"
