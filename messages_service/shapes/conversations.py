"""Conversations and their members."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.messages import Message
from messages_service.shapes.people import Person
from messages_service.shapes.values import Kind, Notify, Role, Visibility


class Member(Person):
    role: Role
    joined_at: str


class ConversationCore(TypedDict):
    """The fields of a conversation that are the same for all who see it."""

    id: int
    kind: Kind
    name: str | None
    topic: str
    visibility: Visibility
    archived: bool
    created_by: int
    created_at: str
    member_count: int
    pin_count: int


class Marks(TypedDict):
    """The fields of a membership that only the person themselves sees."""

    notify: Notify
    starred: bool
    muted_until: Annotated[str | None, Field(description="Null when the time has passed.")]
    unread_from: Annotated[
        int | None,
        Field(description="Marked as unread from this seq on; `read_seq` stays where it was."),
    ]


class Conversation(ConversationCore, Marks):
    active_at: Annotated[str, Field(description="When something last happened in it.")]
    joined: bool
    role: Role | None
    members: Annotated[
        list[Member], Field(description="The first ones; in a list with very many, only a few.")
    ]
    last_seq: int
    read_seq: int
    unread: int
    scheduled_count: Annotated[
        int, Field(description="Messages of mine that wait here to be sent.")
    ]
    has_draft: Annotated[bool, Field(description="Whether I have a draft outside of threads.")]
    unread_mentions: Annotated[
        int, Field(description="Unread messages that mention me or all members.")
    ]
    unread_threads: Annotated[
        list[int],
        Field(description="First messages of threads that I follow and that have unread replies."),
    ]
    last_message: Annotated[
        Message | None,
        Field(description="In a list with very much text, `content` and `html` may be cut."),
    ]
