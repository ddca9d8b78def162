"""Conversations, their logs, and what a person keeps in them."""

from typing import TypedDict

from gateway_frontend.shapes.messages import Message
from gateway_frontend.shapes.people import Author, Person


class Member(Author):
    role: str


class ConversationCore(TypedDict):
    """The part of a conversation that events have, too."""

    id: int
    kind: str
    name: str | None
    topic: str
    visibility: str
    archived: bool


class Conversation(ConversationCore):
    member_count: int
    pin_count: int
    active_at: str
    joined: bool
    role: str | None
    members: list[Member]
    last_seq: int
    read_seq: int
    unread: int
    notify: str
    starred: bool
    muted_until: str | None
    unread_from: int | None
    unread_mentions: int
    has_draft: bool
    scheduled_count: int
    unread_threads: list[int]
    last_message: Message | None


class Draft(TypedDict):
    id: int
    conversation_id: int
    reply_to: int | None
    content: str
    updated_at: str


class ScheduledMessage(TypedDict):
    id: int
    conversation_id: int | None
    recipient_id: int | None
    content: str
    send_at: str
    refused_at: str | None
    refusal: str | None


class ThreadState(TypedDict):
    """The caller's own fields of a thread."""

    message_id: int
    conversation_id: int
    following: bool
    read_seq: int
    last_reply_seq: int
    unread: int


class FollowedThread(ThreadState):
    id: int
    message: Message
    last_reply: Message | None


class EventData(TypedDict, total=False):
    """The data of `member.joined`, `member.left`, `conversation.updated` and of a message."""

    id: int
    thread_id: int | None
    also_in_conversation: bool
    by_id: int | None
    user_id: int
    user: Person
    conversation: ConversationCore


class Event(TypedDict):
    """An entry of the log; `data` is described for the types that become notes."""

    seq: int
    type: str
    date: str
    data: EventData


class OpenedConversation(TypedDict):
    epoch: str
    blocked_ids: list[int]
    conversations: list[Conversation]
    conversation: Conversation
    messages: list[Message]
    more: bool
    events: list[Event]
    draft: Draft | None


class EventPage(TypedDict):
    events: list[Event]


class QuietHours(TypedDict):
    start: str
    end: str
    time_zone: str


class NotificationSettings(TypedDict):
    sound: bool
    push: bool
    preview: bool
    email_digest: bool
    dnd_hours: QuietHours | None
