"""Parses messages from Redis. Each is validated once, here."""

from typing import Any, NamedTuple, TypeVar, cast

import orjson
from pydantic import BaseModel, TypeAdapter, ValidationError

from realtime_service.shapes import EventData, Profile
from servicekit.identity.feed import USER_CREATED, USER_UPDATED
from servicekit.topics import conversation_id_of


class Poison(ValueError):
    """A message that is invalid for its topic."""


class Event(NamedTuple):
    """An entry of a conversation's log; `payload` is the JSON that clients receive."""

    conversation_id: int
    seq: int
    epoch: str
    type: str
    data: EventData
    payload: bytes


class Notice(NamedTuple):
    """A message for one person; `conversation_id` is set if they entered or left a conversation."""

    type: str
    conversation_id: int | None
    payload: bytes


class Presences(BaseModel):
    """Changed statuses of people in a process: by user id the status and conversations."""

    process: str
    seen: dict[int, tuple[str, list[int]]]


class Process(BaseModel):
    """A process that has ended."""

    process: str


class Typing(BaseModel):
    """A person who is typing, in a thread perhaps."""

    conversation_id: int
    user_id: int
    thread_id: int | None = None


class Status(BaseModel):
    """A person who entered or left a room; `socket` is the connection that did."""

    conversation_id: int
    msg: str
    user: str
    room: str
    socket: str


class Live(BaseModel):
    """A message of the topic `live`."""

    presence: Presences | None = None
    gone: Process | None = None
    typing: Typing | None = None
    status: Status | None = None


class ForMany(BaseModel):
    """A message of the topic `many`."""

    user_ids: list[int]
    notice: dict[str, Any]


Shape = TypeVar("Shape")
MESSAGE_CREATED = "message.created"
MEMBER_LEFT = "member.left"
CONVERSATION_ADDED = "conversation.added"
CONVERSATION_REMOVED = "conversation.removed"
MOVES = frozenset({CONVERSATION_ADDED, CONVERSATION_REMOVED})
_heads: TypeAdapter[dict[int, int]] = TypeAdapter(dict[int, int])
_live = TypeAdapter(Live)
_for_many = TypeAdapter(ForMany)


def read_event(topic: str, payload: bytes) -> Event:
    """An event of the topic `conversation:{id}`; raises Poison."""
    event = _loads(payload)
    conversation_id, seq = event.get("conversation_id"), event.get("seq")
    type_, epoch, data = event.get("type"), event.get("epoch"), event.get("data")
    if (
        conversation_id is None
        or conversation_id != conversation_id_of(topic)
        or type(seq) is not int
        or seq < 1
        or type(type_) is not str
        or type(epoch) is not str
        or type(data) is not dict
        or (type_ == MEMBER_LEFT and type(data.get("user_id")) is not int)
    ):
        raise Poison("not an event of this conversation")
    return Event(conversation_id, seq, epoch, type_, cast(EventData, data), payload)


def read_notice(payload: bytes) -> Notice:
    """A notice of a topic `user:{id}`; raises Poison."""
    notice = _loads(payload)
    type_, data = notice.get("type"), notice.get("data")
    if type(type_) is not str or type(data) is not dict:
        raise Poison("not a notice")
    conversation_id = None
    if type_ in MOVES:
        conversation_id = data.get("conversation_id")
        if type(conversation_id) is not int:
            raise Poison("a notice without its conversation")
    return Notice(type_, conversation_id, payload)


def read_notice_for_many(payload: bytes) -> tuple[list[int], Notice]:
    """People, and a notice that each of them gets; raises Poison."""
    message = _validated(_for_many, payload)
    return message.user_ids, read_notice(orjson.dumps(message.notice))


def read_heads(payload: bytes) -> dict[int, int]:
    """By conversation the last seq of its log; raises Poison."""
    return _validated(_heads, payload)


def read_live(payload: bytes) -> Live:
    """A message between the processes of this service; raises Poison."""
    return _validated(_live, payload)


def read_profile(payload: bytes) -> tuple[str, Profile | None]:
    """An entry of users_service: its type, and the person's profile if it carries one; raises
    ValueError.
    """
    entry = _loads(payload)
    type_ = entry.get("type")
    if type(type_) is not str:
        raise Poison("not an entry of users_service")
    if type_ not in (USER_CREATED, USER_UPDATED):
        return type_, None
    profile = entry.get("data")
    if (
        type(profile) is not dict
        or type(profile.get("id")) is not int
        or type(profile.get("nickname")) is not str
    ):
        raise Poison("not a profile")
    return type_, cast(Profile, profile)


def _validated(adapter: "TypeAdapter[Shape]", payload: bytes) -> Shape:
    try:
        return adapter.validate_json(payload)
    except ValidationError as error:
        raise Poison(str(error)[:200]) from error


def _loads(payload: bytes) -> dict[str, Any]:
    try:
        value = orjson.loads(payload)
    except ValueError as error:
        raise Poison(str(error)) from error
    if type(value) is not dict:
        raise Poison("not an object")
    return value
