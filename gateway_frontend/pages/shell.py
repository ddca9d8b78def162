"""The frame of the app's pages: the list of conversations, and the data of the scripts."""

from typing import Any, cast

from flask import g

from gateway_frontend.drawing.environment import draw_page
from gateway_frontend.drawing.message_html import message_drawer
from gateway_frontend.parts import current_login, current_parts, me
from gateway_frontend.shapes.conversations import Conversation, OpenedConversation
from gateway_frontend.shapes.people import User

Listed = tuple[list[Conversation], str | None]


def app_page(
    template: str, *, listed: Listed | None = None, pane: str = "middle", **shown: Any
) -> bytes:
    """A page inside the app, with the list on its left; `listed` is the list if it is known."""
    conversations, epoch = listed or my_conversations()
    user = me()
    reader: Any = {
        **user,
        "moderates": moderates(user, shown.get("open")),
        "blocked_ids": blocked_ids(),
    }
    own = {
        "id": user["id"],
        "name": user["name"],
        "nickname": user["nickname"],
        "avatar_url": user["avatar_url"],
        "status": user["status"],
        "dnd_until": user["dnd_until"],
        "blocked_ids": blocked_ids(),
    }
    summaries = [_summary(each) for each in conversations]
    open_id = shown.setdefault("open_id", None)
    return draw_page(
        template,
        conversations=conversations,
        summaries=summaries,
        unread_elsewhere=_unread_elsewhere(conversations, open_id),
        me=reader,
        own=own,
        draw_message=message_drawer(reader),
        pane=pane,
        page_data={"me": own, "epoch": epoch, "conversations": summaries},
        **shown,
    )


def my_conversations() -> Listed:
    messages = current_parts().messages
    found, epoch, g.blocked_ids = messages.conversations(current_login().access_token)
    return _in_order(found), epoch


def opened_conversation(conversation_id: int, limit: int) -> tuple[OpenedConversation, Listed]:
    """A conversation with its newest messages, and the list, in one call."""
    messages = current_parts().messages
    opened = messages.opened(current_login().access_token, conversation_id, limit)
    g.blocked_ids = opened["blocked_ids"]
    return opened, (_in_order(opened["conversations"]), opened["epoch"])


def blocked_ids() -> list[int]:
    """The people whom the reader has blocked, as they came with the list of conversations."""
    return cast(list[int], g.get("blocked_ids", []))


def moderates(user: User, conversation: Conversation | None) -> bool:
    """Whether the person may close other people's polls; never in a direct conversation."""
    if conversation is None or conversation["kind"] == "direct" or not conversation["role"]:
        return False
    return user["role"] == "admin" or conversation["role"] in ("owner", "moderator")


def _in_order(found: list[Conversation]) -> list[Conversation]:
    """Rooms by name, then people by their latest message."""
    rooms = [each for each in found if each["kind"] == "room"]
    rooms.sort(key=lambda room: str(room["name"]).casefold())
    return rooms + [each for each in found if each["kind"] != "room"]


def _unread_elsewhere(conversations: list[Conversation], open_id: int | None) -> int:
    """The number of unread messages in other conversations that are not muted."""
    return sum(c["unread"] for c in conversations if c["id"] != open_id and not c["muted_until"])


def _summary(conversation: Conversation) -> dict[str, object]:
    """The fields that the list and the scripts use. Only rooms are shown without their members."""
    left_out = {"last_message"} | ({"members"} if conversation["kind"] == "room" else set())
    return {key: value for key, value in conversation.items() if key not in left_out}
