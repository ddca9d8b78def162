"""The JSON of the API, as far as the client reads it; answers have more fields."""

from typing import Any, Literal, TypedDict


class Person(TypedDict):
    id: int
    name: str
    nickname: str
    role: str


class Attachment(TypedDict):
    id: int
    name: str
    content_type: str
    size: int
    """Bytes."""
    url: str


class Message(TypedDict):
    id: int
    conversation_id: int
    seq: int
    author_id: int
    author: Person
    content: str
    """Markdown."""
    html: str
    date: str
    """ISO 8601, UTC."""
    client_id: str | None
    edited_at: str | None
    deleted_at: str | None
    reply_to: int | None
    attachments: list[Attachment]


class Conversation(TypedDict):
    id: int
    kind: Literal["direct", "group", "room"]
    name: str | None
    members: list[Person]
    last_seq: int
    read_seq: int
    unread: int


class Event(TypedDict):
    """An entry of the log of a conversation.

    `log.reset` is the client's own type: the server was restored from a backup, so drop what you
    know of the conversation; the events after it begin at your read marker.
    """

    conversation_id: int
    seq: int
    epoch: str
    type: str
    date: str
    data: Any


class EventPage(TypedDict):
    events: list[Event]
    last_seq: int
    more: bool


class Sync(TypedDict):
    conversations: dict[str, EventPage]
    epoch: str
