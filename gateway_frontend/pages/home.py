"""The first page: the latest conversations, rooms to join, and the first steps of an admin."""

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_login, current_parts, current_token, me
from gateway_frontend.shapes.conversations import Conversation

RECENT = 8
OFFERED_ROOMS = 8
pages = Blueprint("home", __name__, url_prefix="/app")


@pages.get("")
def show_home() -> bytes:
    conversations, epoch = my_conversations()
    rooms = _rooms_to_join()
    return app_page(
        "app/home.html",
        listed=(conversations, epoch),
        pane="list",
        recent=_latest(conversations),
        rooms=rooms[:OFFERED_ROOMS],
        more_rooms=len(rooms) > OFFERED_ROOMS,
        next_steps=_offers_next_steps(),
    )


@pages.post("/next-steps/dismiss")
def dismiss_next_steps() -> ResponseReturnValue:
    parts = current_parts()
    parts.admin.change_settings(current_token(), {"next_steps_dismissed": True})
    parts.place.forget()
    return redirect("/app", 303)


def _offers_next_steps() -> bool:
    """To administrators, until one of them dismisses the offer."""
    return me()["role"] == "admin" and not current_parts().place.read()["next_steps_dismissed"]


def _latest(conversations: list[Conversation]) -> list[Conversation]:
    """Unread ones first, each part by its latest activity."""
    by_date = sorted(conversations, key=lambda each: each["active_at"], reverse=True)
    return sorted(by_date, key=lambda each: not each["unread"])[:RECENT]


def _rooms_to_join() -> list[Conversation]:
    rooms, _ = current_parts().messages.public_rooms(current_login().access_token)
    others = [room for room in rooms if not room["joined"]]
    return sorted(others, key=lambda room: room["active_at"], reverse=True)
