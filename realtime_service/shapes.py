"""The JSON that this service reads and sends: the fields that it uses, no others."""

from typing import Any, Literal, NotRequired, TypedDict

import orjson

from servicekit.web.errors import ProblemBody


class Profile(TypedDict):
    """A person as users_service publishes them."""

    id: int
    nickname: str


class Cursor(TypedDict):
    """A conversation and its last seq."""

    id: int
    last_seq: int


class Cursors(TypedDict):
    """The conversations of several people, by user id as text."""

    users: dict[str, list[Cursor]]
    epoch: str


class SyncPage(TypedDict):
    """Events of a conversation, which are passed on as they are."""

    events: list[dict[str, Any]]
    last_seq: int
    more: bool


class Sync(TypedDict):
    """Events of several conversations, by id as text."""

    conversations: dict[str, SyncPage]
    epoch: str


class FoundRoom(TypedDict):
    id: int
    name: str | None


class Recipient(TypedDict):
    nickname: str


class EventData(TypedDict, total=False):
    """The parts of an event's data that this service looks at; clients receive all of it.

    `user_id` is checked in `member.left`, `recipient` is that of `message.created`.
    """

    user_id: int
    recipient: Recipient | None


class SentFields(TypedDict, total=False):
    """Optional fields of a text, which are passed on as they are."""

    attachments: object
    reply_to: object
    also_in_conversation: object
    keep_draft: object


class SentMessage(SentFields):
    """A message for messages_service, which checks it; `room` or `conversation_id` is set."""

    author_id: int
    role: str
    content: str
    room: NotRequired[str]
    conversation_id: NotRequired[int]
    client_id: NotRequired[str]


class StoredMessage(TypedDict):
    """A message of messages_service, which is passed on as it is."""

    id: int


class SendResult(TypedDict):
    """The outcome of one message of a batch."""

    status: int
    message: NotRequired[StoredMessage]
    problem: NotRequired[ProblemBody]


class SendResults(TypedDict):
    results: list[SendResult]


class RoomAck(TypedDict):
    """The ack of `join` and `leave`."""

    ok: Literal[True]
    conversation_id: int
    room: str


class MessageAck(TypedDict):
    """The ack of `text`."""

    ok: Literal[True]
    message: StoredMessage


class PresenceAck(TypedDict):
    """The ack of a question for statuses, by user id as text."""

    ok: Literal[True]
    statuses: dict[str, str]


class ResumeAck(TypedDict):
    """The ack of `resume`: by id of a conversation as text a `SyncPage`."""

    ok: Literal[True]
    conversations: dict[str, orjson.Fragment]
    epoch: str | None


class Refusal(TypedDict):
    """The ack of an event that was rejected or failed."""

    ok: Literal[False]
    problem: ProblemBody


Ack = RoomAck | MessageAck | PresenceAck | ResumeAck | Refusal
