"""An opened conversation, and pages of its log."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.drafts.shapes import Draft
from messages_service.shapes.conversations import Conversation
from messages_service.shapes.events import Event
from messages_service.shapes.messages import Message
from messages_service.shapes.values import Kind


class OpenedConversation(TypedDict):
    epoch: str
    blocked_ids: Annotated[list[int], Field(description="People whom I have blocked.")]
    conversations: Annotated[list[Conversation], Field(description="Mine, as in a brief list.")]
    conversation: Conversation
    messages: Annotated[
        list[Message], Field(description="The newest page, oldest first; empty until I join.")
    ]
    more: Annotated[bool, Field(description="Whether there are older messages.")]
    events: Annotated[
        list[Event],
        Field(description="People who came and went, changes and pins among these messages."),
    ]
    draft: Annotated[Draft | None, Field(description="Mine, outside of threads.")]


class Cursor(TypedDict):
    """A conversation and its last seq."""

    id: int
    last_seq: int


class FoundRoom(TypedDict):
    id: int
    name: str | None
    kind: Kind


class SyncPage(TypedDict):
    events: list[Event]
    last_seq: int
    more: bool
    reset: NotRequired[
        Annotated[
            bool,
            Field(
                description="`after` is beyond the log, which was restored from a backup: start"
                " over, as with a new epoch. Left out when false."
            ),
        ]
    ]


class EventPage(SyncPage):
    epoch: str


class Sync(TypedDict):
    conversations: dict[str, SyncPage]
    epoch: str
