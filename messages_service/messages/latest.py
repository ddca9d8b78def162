"""The last messages of conversations, for lists of conversations."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import BigInteger, Select, case, func, select

from messages_service.context import Context
from messages_service.lists import is_in_list, prepared_with_lists
from messages_service.markdown import without_markup
from messages_service.messages.queries import SIZE, describe
from messages_service.models import conversations, messages
from messages_service.page_sizes import fits, with_running_size
from messages_service.shapes.messages import Message

CUT_CHARACTERS: Final = 200
"""Length of a last message that is cut in a list of conversations."""


def latest_by_conversation(context: Context, conversation_ids: Sequence[int]) -> dict[int, Message]:
    """The last message of each of these conversations that has one.

    Beyond a page's size their text is cut, the oldest first.
    """
    if not conversation_ids:
        return {}
    values = {"conversation_ids": conversation_ids}
    rows = _last_messages.records(context.connection, values)
    described = describe(context, rows)
    for row, message in zip(rows, described, strict=True):
        if not row.is_whole:
            message["html"] = without_markup(message["content"])
    return {message["conversation_id"]: message for message in described}


def _select_last_messages(dialect: str) -> Select[Any]:
    """The last messages of the bound `conversation_ids`; text beyond a page's size is cut."""
    is_last = (messages.c.conversation_id == conversations.c.id) & (
        messages.c.seq == conversations.c.last_message_seq
    )
    last = (
        select(messages.c.id, SIZE)
        .select_from(conversations.join(messages, is_last))
        .where(is_in_list(dialect, conversations.c.id, "conversation_ids", BigInteger()))
    )
    sized = with_running_size(last, "id", descending=True)
    others = [column for column in messages.c if column.name not in ("content", "html")]
    start = func.substr(messages.c.content, 1, CUT_CHARACTERS)
    return select(
        *others,
        fits(sized).label("is_whole"),
        case((fits(sized), messages.c.content), else_=start).label("content"),
        case((fits(sized), messages.c.html), else_="").label("html"),
    ).join(sized, sized.c.id == messages.c.id)


_last_messages = prepared_with_lists(_select_last_messages)
