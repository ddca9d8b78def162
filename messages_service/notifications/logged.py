"""Messages of the log that may notify people."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Row, Select, bindparam, func, select, tuple_

from messages_service.log import MESSAGE_CREATED
from messages_service.models import DIRECT, ROOM, conversations, events
from messages_service.notifications.excerpts import excerpt
from messages_service.notifications.models import notification_positions as positions
from messages_service.notifications.rules import News
from messages_service.shapes.notices import Notification
from messages_service.shapes.values import Kind, Reason

BATCH = 200
"""Messages that are decided together."""


@dataclass(frozen=True, slots=True)
class Logged:
    """A message of the log; `data` is its JSON."""

    conversation_id: int
    seq: int
    date: datetime
    kind: Kind
    name: str | None
    data: dict[str, Any]

    @property
    def tag(self) -> str:
        thread_id = self.data["thread_id"]
        return f"thread-{thread_id}" if thread_id else f"conversation-{self.conversation_id}"

    def news(self) -> News:
        mentions = self.data["mentions"]
        thread_id = self.data["thread_id"]
        return News(
            author_id=self.data["author_id"],
            kind=self.kind,
            seq=self.seq,
            written_at=self.date,
            mentioned_ids=mentions["user_ids"],
            everyone=mentions["everyone"],
            thread_id=thread_id,
            is_in_conversation=thread_id is None or self.data["also_in_conversation"],
            is_deleted=self.data["deleted_at"] is not None,
        )

    def shown(self, reason: Reason, *, preview: bool, sound: bool) -> Notification:
        """As a person sees it; without the text and the room for those who want no preview."""
        author, thread_id = self.data["author"], self.data["thread_id"]
        place = f"/thread/{thread_id}" if thread_id else ""
        return {
            "tag": self.tag,
            "conversation_id": self.conversation_id,
            "message_id": self.data["id"],
            "seq": self.seq,
            "thread_id": thread_id,
            "reason": reason,
            "title": self._title(author["name"]) if preview else author["name"],
            "body": excerpt(self.data) if preview else "",
            "icon": author["avatar_url"],
            "url": f"/app/c/{self.conversation_id}{place}?at={self.seq}",
            "sound": sound,
        }

    def _title(self, author: str) -> str:
        return author if self.kind == DIRECT or not self.name else f"{author} (# {self.name})"


def new_messages(
    connection: Connection, conversation_ids: Collection[int]
) -> tuple[list[Logged], dict[int, int | None]]:
    """At most a batch of these conversations, and the positions after which they come."""
    rows = connection.execute(_new_messages(), {"ids": list(conversation_ids)}).all()
    return [_read(row) for row in rows], {row.conversation_id: row.position for row in rows}


def find_logged(
    connection: Connection, seqs: Collection[tuple[int, int]]
) -> dict[tuple[int, int], Logged]:
    """Messages by (conversation_id, seq)."""
    listed = tuple_(events.c.conversation_id, events.c.seq).in_(seqs)
    query = _messages().where(listed, events.c.type == MESSAGE_CREATED)
    return {(row.conversation_id, row.seq): _read(row) for row in connection.execute(query)}


def _read(row: Row[Any]) -> Logged:
    data = orjson.loads(row.data)
    name = row.name if row.kind == ROOM else None
    return Logged(row.conversation_id, row.seq, row.date, row.kind, name, data)


def _messages() -> Select[Any]:
    return select(
        events.c.conversation_id,
        events.c.seq,
        events.c.date,
        events.c.data,
        conversations.c.kind,
        conversations.c.name,
    ).join_from(conversations, events, events.c.conversation_id == conversations.c.id)


@cache
def _new_messages() -> Select[Any]:
    return (
        _messages()
        .add_columns(positions.c.seq.label("position"))
        .outerjoin(positions, positions.c.conversation_id == conversations.c.id)
        .where(
            conversations.c.id.in_(bindparam("ids", expanding=True)),
            events.c.seq > func.coalesce(positions.c.seq, 0),
            events.c.type == MESSAGE_CREATED,
        )
        .order_by(events.c.conversation_id, events.c.seq)
        .limit(BATCH)
    )
