"""Entries of the log and the data of each type."""

from typing import Annotated, NotRequired

from pydantic import Field, WithJsonSchema
from typing_extensions import TypedDict

from messages_service.shapes.conversations import ConversationCore
from messages_service.shapes.messages import Message, Poll, Reaction, Thread
from messages_service.shapes.people import Person


class Event(TypedDict):
    """An entry of the log; `data` is one of `EventData`, as JSON that is already encoded."""

    conversation_id: int
    seq: int
    epoch: str
    type: str
    date: str
    data: Annotated[object, WithJsonSchema({"type": "object", "additionalProperties": True})]


class PinData(Message):
    """The data of `message.pinned` and `message.unpinned`: the message, and who did it."""

    by_id: int | None
    pin_count: Annotated[
        int, Field(description="Pinned messages of the conversation, from now on.")
    ]


class MemberData(TypedDict):
    """The data of `member.joined` and `member.left`."""

    user: Person
    user_id: int
    by_id: int | None


class RoleData(MemberData):
    """The data of `member.changed`."""

    role: str


class ConversationData(TypedDict):
    """The data of `conversation.updated`."""

    conversation: ConversationCore
    by_id: int | None


class ReactionData(TypedDict):
    """The data of `reaction.added` and `reaction.removed`."""

    message_id: int
    emoji: str
    user_id: int | None
    reactions: list[Reaction]


class ThreadData(TypedDict):
    """The data of `thread.updated`: a first message has a reply more, or one less."""

    message_id: int
    thread: Thread | None


class VoteData(TypedDict):
    """The data of `poll.voted`; an anonymous poll does not say who voted."""

    poll: Poll
    user_id: NotRequired[int]


class ClosedPollData(TypedDict):
    """The data of `poll.closed`."""

    poll: Poll
    by_id: int | None


EventData = (
    Message
    | PinData
    | MemberData
    | RoleData
    | ConversationData
    | ReactionData
    | ThreadData
    | VoteData
    | ClosedPollData
)
