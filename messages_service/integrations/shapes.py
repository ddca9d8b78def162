"""Webhooks, their deliveries, and commands."""

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from messages_service.shapes.messages import Message

Stopped = Literal["disabled", "archived", "owner-deactivated", "owner-left"]
DeliveryState = Literal["waiting", "delivered", "failed"]
ResponseType = Literal["ephemeral", "in_channel"]


class Webhook(TypedDict):
    id: int
    conversation_id: int
    conversation_name: str | None
    name: str
    emoji: str | None
    enabled: bool
    stopped: Annotated[Stopped | None, Field(description="Why it does not work now.")]
    owner_id: Annotated[
        int,
        Field(description="Responsible for it: it stops when they leave the conversation."),
    ]
    created_by: int
    created_at: str


class IncomingWebhook(Webhook):
    last_used_at: str | None


class CreatedIncomingWebhook(IncomingWebhook):
    token: Annotated[str, Field(description="Shown this once.")]
    url: Annotated[str, Field(description="Where programs post messages. Shown this once.")]


class OutgoingWebhook(Webhook):
    url: str
    trigger_words: Annotated[
        list[str], Field(description="Messages that begin with one; empty: all messages.")
    ]


class CreatedOutgoingWebhook(OutgoingWebhook):
    secret: Annotated[str, Field(description="Signs each delivery. Shown this once.")]


class Delivery(TypedDict):
    """A message for an outgoing webhook; `status`, `answer` and `error` are of the last attempt."""

    id: int
    webhook_id: int
    message_id: int
    trigger_word: str | None
    state: DeliveryState
    attempts: int
    created_at: str
    attempted_at: str | None
    next_attempt_at: str | None
    status: int | None
    answer: Annotated[str | None, Field(description="Its beginning.")]
    error: str | None
    milliseconds: int | None


class Command(TypedDict):
    id: int
    name: Annotated[str, Field(description="Without the slash.")]
    description: str
    usage: Annotated[str, Field(description="What may follow the name, in words.")]
    emoji: str | None
    created_at: str
    url: NotRequired[Annotated[str, Field(description="For administrators.")]]


class CreatedCommand(Command):
    secret: Annotated[str, Field(description="Signs each request. Shown this once.")]


class CommandAnswer(TypedDict):
    """The answer of a command: for the person alone, or as a message in the conversation."""

    response_type: ResponseType
    text: str
    html: str
    message: Message | None
