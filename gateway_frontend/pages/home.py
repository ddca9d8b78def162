"""The first page: the latest conversations, and public rooms to join."""

from typing import Any

from flask import Blueprint

from gateway_frontend.pages.shell import app_page, my_conversations
from gateway_frontend.parts import current_login, current_parts

RECENT = 8
OFFERED_ROOMS = 8
pages = Blueprint("home", __name__, url_prefix="/app")
Json = dict[str, Any]


@pages.get("")
def show_home() -> str:
    conversations, epoch = my_conversations()
    rooms = _rooms_to_join()
    return app_page(
        "app/home.html",
        listed=(conversations, epoch),
        pane="list",
        recent=_latest(conversations),
        rooms=rooms[:OFFERED_ROOMS],
        more_rooms=len(rooms) > OFFERED_ROOMS,
    )


def _latest(conversations: list[Json]) -> list[Json]:
    """Unread ones first, each part by its latest activity."""
    by_date = sorted(conversations, key=lambda each: str(each["active_at"]), reverse=True)
    return sorted(by_date, key=lambda each: not each["unread"])[:RECENT]


def _rooms_to_join() -> list[Json]:
    rooms, _ = current_parts().messages.public_rooms(current_login().access_token)
    others = [room for room in rooms if not room["joined"]]
    return sorted(others, key=lambda room: str(room["active_at"]), reverse=True)
