"""Gives the demo's messages the dates of its story.

The API dates messages itself, and should. So this writes into the database of messages_service.
"""

import json
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, column, create_engine, func, select, table, update

from messages_service.indexing.entries import refresh_entries
from servicekit.data.columns import UtcDateTime
from servicekit.times import isoformat

MESSAGES = table(
    "messages",
    column("id"),
    column("thread_id"),
    column("created_at", UtcDateTime()),
    column("last_reply_at", UtcDateTime()),
)
POLLS = table("polls", column("message_id"), column("published_at", UtcDateTime()))
FORWARDS = table("forwards", column("original_id"), column("sent_at", UtcDateTime()))
EVENTS = table(
    "events",
    column("conversation_id"),
    column("seq"),
    column("type"),
    column("date", UtcDateTime()),
    column("data"),
)
CONVERSATIONS = table(
    "conversations",
    column("id"),
    column("created_at", UtcDateTime()),
    column("active_at", UtcDateTime()),
)
MEMBERSHIPS = table("memberships", column("conversation_id"), column("joined_at", UtcDateTime()))


def move_dates(database_url: str, dates: Mapping[int, datetime], began: datetime) -> None:
    """`dates` by message id; what precedes a conversation's first message gets `began`."""
    engine = create_engine(database_url)
    with engine.begin() as connection:
        for message_id, date in dates.items():
            connection.execute(
                update(MESSAGES).where(MESSAGES.c.id == message_id).values(created_at=date)
            )
            connection.execute(
                update(POLLS).where(POLLS.c.message_id == message_id).values(published_at=date)
            )
            connection.execute(
                update(FORWARDS).where(FORWARDS.c.original_id == message_id).values(sent_at=date)
            )
        refresh_entries(connection, list(dates))  # people search by date, too
        _move_last_replies(connection)
        _move_events(connection, dates, began)
    engine.dispose()


def _move_last_replies(connection: Connection) -> None:
    reply = MESSAGES.alias()
    last = select(func.max(reply.c.created_at)).where(reply.c.thread_id == MESSAGES.c.id)
    threads = MESSAGES.c.last_reply_at.is_not(None)
    connection.execute(update(MESSAGES).where(threads).values(last_reply_at=last.scalar_subquery()))


def _move_events(connection: Connection, dates: Mapping[int, datetime], began: datetime) -> None:
    """Each event gets the date of its message; the others follow the message before them."""
    last: dict[int, datetime] = {}
    moved = []
    order = (EVENTS.c.conversation_id, EVENTS.c.seq)
    for event in connection.execute(select(EVENTS).order_by(*order)).all():
        data = json.loads(event.data)
        date = last.get(event.conversation_id, began)
        if event.type == "message.created" and data["id"] in dates:
            date = dates[data["id"]]
            data["date"] = isoformat(date)
        last[event.conversation_id] = date
        moved.append(
            {
                "of": event.conversation_id,
                "at": event.seq,
                "new_date": date,
                "new_data": json.dumps(data, ensure_ascii=False),
            }
        )
    connection.execute(
        update(EVENTS)
        .where(EVENTS.c.conversation_id == bindparam("of"), EVENTS.c.seq == bindparam("at"))
        .values(date=bindparam("new_date"), data=bindparam("new_data")),
        moved,
    )
    for conversation_id, date in last.items():
        connection.execute(
            update(CONVERSATIONS)
            .where(CONVERSATIONS.c.id == conversation_id)
            .values(created_at=began, active_at=date)
        )
        connection.execute(
            update(MEMBERSHIPS)
            .where(MEMBERSHIPS.c.conversation_id == conversation_id)
            .values(joined_at=began)
        )
