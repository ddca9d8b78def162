"""Lists of messages that people keep: pinned in a conversation, saved by a person."""

from typing import Any

from sqlalchemy import ColumnElement, Row, Select, exists, select

from messages_service import payloads
from messages_service.context import Context
from messages_service.messages.queries import SIZE, describe
from messages_service.messages.shapes import PinnedMessage, SavedMessage
from messages_service.models import memberships, messages
from messages_service.page_sizes import fits, with_running_size
from messages_service.pins.models import pins
from messages_service.saved.models import saved_messages
from servicekit.data.pages import between
from servicekit.times import isoformat
from servicekit.web.paging import PageQuery


def pinned_messages(
    context: Context, conversation_id: int, query: PageQuery
) -> tuple[list[PinnedMessage], bool]:
    """A page of a conversation's pinned messages, newest pin first, and whether there are more."""
    of_conversation = pins.c.conversation_id == conversation_id
    rows, has_more = _page(context, pins.c.seq, pins.c.message_id, of_conversation, query)
    listed = select(pins).where(pins.c.message_id.in_([row.id for row in rows]))
    by_message = {pin.message_id: pin for pin in context.db.session.execute(listed)}
    people = context.profiles.find_many({pin.user_id for pin in by_message.values()})
    found: list[PinnedMessage] = []
    for message in describe(context, rows):
        pin = by_message[message["id"]]
        by = payloads.person(people, pin.user_id)
        found.append({**message, "pinned_by": by, "pinned_at": isoformat(pin.pinned_at)})
    return found, has_more


def saved_by(context: Context, user_id: int, query: PageQuery) -> tuple[list[SavedMessage], bool]:
    """A page of the messages that a person saved and may still read, last saved first."""
    is_readable = exists().where(
        memberships.c.conversation_id == messages.c.conversation_id,
        memberships.c.user_id == user_id,
    )
    is_mine = saved_messages.c.user_id == user_id
    condition = is_mine & messages.c.deleted_at.is_(None) & is_readable
    key = saved_messages.c.id
    rows, has_more = _page(context, key, saved_messages.c.message_id, condition, query, is_mine)
    listed = select(saved_messages.c.message_id, saved_messages.c.saved_at).where(
        is_mine, saved_messages.c.message_id.in_([row.id for row in rows])
    )
    dates = {row.message_id: row.saved_at for row in context.db.session.execute(listed)}
    found: list[SavedMessage] = [
        {**message, "saved": True, "saved_at": isoformat(dates[message["id"]])}
        for message in describe(context, rows)
    ]
    return found, has_more


def _page(
    context: Context,
    key: ColumnElement[int],
    message_id: ColumnElement[int],
    condition: ColumnElement[bool],
    query: PageQuery,
    owned: ColumnElement[bool] | None = None,
) -> tuple[list[Row[Any]], bool]:
    """Messages by `key`, the highest first; `before` and `after` are ids of listed messages."""

    def key_of(id_: int | None) -> Any:
        if id_ is None:
            return None
        place = select(key).where(message_id == id_)
        return (place if owned is None else place.where(owned)).scalar_subquery()

    sizes: Select[Any] = (
        select(messages.c.id, key.label("key"), SIZE)
        .join(messages, messages.c.id == message_id)
        .where(condition)
        .order_by(key.desc())
        .limit(query.limit + 1)
    )
    wanted = between(sizes, key, key_of(query.before), key_of(query.after))
    sized = with_running_size(wanted, "key", descending=True)
    page = (
        select(messages, sized.c.found)
        .join(sized, sized.c.id == messages.c.id)
        .where(fits(sized))
        .order_by(sized.c.key.desc())
        .limit(query.limit)
    )
    rows = list(context.db.session.execute(page))
    return rows, bool(rows) and rows[0].found > len(rows)
