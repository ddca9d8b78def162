"""Bots, webhooks and commands."""

from typing import NotRequired, TypedDict

from gateway_frontend.shapes.people import User


class CreatedBot(User):
    token: str


class Webhook(TypedDict):
    """`url` and `trigger_words` are those of an outgoing one, `last_used_at` of an incoming one."""

    id: int
    conversation_id: int
    conversation_name: str | None
    name: str
    emoji: str | None
    enabled: bool
    stopped: str | None
    url: NotRequired[str]
    trigger_words: NotRequired[list[str]]
    last_used_at: NotRequired[str | None]


class CreatedWebhook(Webhook):
    """The secret of an outgoing one; the address of an incoming one is its `url`."""

    secret: NotRequired[str]


class Delivery(TypedDict):
    id: int
    message_id: int
    state: str
    attempts: int
    created_at: str
    next_attempt_at: str | None
    status: int | None
    answer: str | None
    error: str | None
    milliseconds: int | None


class Command(TypedDict):
    id: int
    name: str
    description: str
    usage: str
    emoji: str | None
    url: NotRequired[str]


class CreatedCommand(Command):
    secret: str


class RanCommand(TypedDict):
    response_type: str
    text: str
    html: str
