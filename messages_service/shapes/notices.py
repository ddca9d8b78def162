"""The data of notices to one person's sockets."""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.conversations import Conversation, Marks
from messages_service.shapes.values import Reason


class WrittenDraft(TypedDict):
    """The data of the notice `draft`; `content` is empty when the draft is gone."""

    conversation_id: int
    reply_to: Annotated[
        int | None, Field(description="The first message of the thread it is written in.")
    ]
    content: str
    updated_at: str


class ScheduledMessage(TypedDict):
    """A message that its author wants to be sent at `send_at`."""

    id: int
    conversation_id: int | None
    recipient_id: int | None
    client_id: str
    content: str
    send_at: str
    created_at: str
    refused_at: Annotated[
        str | None, Field(description="When sending it failed; it now waits for me.")
    ]
    refusal: Annotated[str | None, Field(description="Why, in words.")]


ScheduledState = Literal["waiting", "sent", "refused", "deleted"]


class ScheduledChange(ScheduledMessage):
    """The data of the notice `scheduled`."""

    state: ScheduledState


class ReadState(TypedDict):
    conversation_id: int
    read_seq: int
    unread: int


class Membership(ReadState, Marks):
    """My marks on a conversation, also the data of the notice `membership`.

    `unread` was counted when `last_seq` was the last entry.
    """

    last_seq: int


class ThreadState(TypedDict):
    """One person's own fields of a thread; also the data of the notice `thread`."""

    message_id: Annotated[int, Field(description="The first message.")]
    conversation_id: int
    following: bool
    read_seq: int
    last_reply_seq: Annotated[int, Field(description="0 without replies.")]
    unread: Annotated[int, Field(description="Others' replies after `read_seq`; at most 100.")]


class AddedConversation(TypedDict):
    """The data of the notice `conversation.added`."""

    conversation_id: int
    conversation: Conversation


class RemovedConversation(TypedDict):
    """The data of the notice `conversation.removed`."""

    conversation_id: int


class SavedState(TypedDict):
    """The data of the notice `saved`."""

    message_id: int
    conversation_id: int
    saved: bool


class MyVote(TypedDict):
    """The data of the notice `poll.mine`."""

    poll_id: int
    conversation_id: int
    message_id: int
    my_choice_ids: list[int]


class BlockData(TypedDict):
    """The data of the notice `block`: whether I have blocked that person."""

    user_id: int
    blocked: bool


class QuietHours(TypedDict):
    """Do not disturb every day; `end` may be earlier than `start`: the next morning."""

    start: Annotated[str, Field(description="A time of day, like 22:00.")]
    end: str
    time_zone: str


class NotificationSettings(TypedDict):
    """How a person wants to be notified; also the data of the notice `notifications`."""

    sound: Annotated[bool, Field(description="Whether open pages play a sound.")]
    push: Annotated[bool, Field(description="Whether subscribed devices get Web Push.")]
    preview: Annotated[
        bool, Field(description="Whether notifications show the beginning of the message.")
    ]
    email_digest: Annotated[
        bool, Field(description="Whether missed mentions and direct messages come by e-mail.")
    ]
    dnd_hours: QuietHours | None


class Notification(TypedDict):
    """A message that notifies a person: the data of the notice `notification`.

    One with the same `tag` replaces it. The notices `read` and `thread` withdraw it.
    """

    tag: str
    conversation_id: int
    message_id: int
    seq: int
    thread_id: int | None
    reason: Reason
    title: str
    body: Annotated[str, Field(description="Empty for people who want no text.")]
    icon: Annotated[str | None, Field(description="The author's picture.")]
    url: str
    sound: bool


NoticeData = (
    AddedConversation
    | RemovedConversation
    | MyVote
    | ReadState
    | SavedState
    | WrittenDraft
    | ScheduledChange
    | BlockData
    | Membership
    | ThreadState
    | Notification
    | NotificationSettings
)
