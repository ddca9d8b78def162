"""Request and response bodies of webhooks and commands."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, RootModel

from messages_service.integrations.shapes import Command, Delivery, IncomingWebhook, OutgoingWebhook
from messages_service.messages.schemas import Content
from messages_service.models import MAX_NAME
from messages_service.webhooks.models import (
    MAX_COMMAND,
    MAX_DESCRIPTION,
    MAX_TRIGGER_WORD,
    MAX_TRIGGER_WORDS,
    MAX_URL,
)
from servicekit.emoji import clean_emoji
from servicekit.language import _
from servicekit.public_web.addresses import RefusedAddress, check_url
from servicekit.web.paging import PageQuery
from servicekit.web.schemas import Body, Id, Line, Path

BUILT_IN = frozenset(
    ("dnd", "invite", "leave", "me", "mute", "poll", "shrug", "status", "topic", "unmute")
)
"""Commands of the page itself, in `commands/own-commands.js`."""
_NAME = re.compile(r"[^\W\d_][\w-]*")


def _is_url(url: str) -> str:
    try:
        check_url(url)
    except RefusedAddress as error:
        raise ValueError(_("must be an address of the web, https://…")) from error
    return url


def _clean_command(name: str) -> str:
    name = name.removeprefix("/").lower()
    if not _NAME.fullmatch(name):
        raise ValueError(_("must begin with a letter; letters, digits, '-' and '_' may follow"))
    if name in BUILT_IN:
        raise ValueError(_("is a command of Parley itself"))
    return name


Name = Annotated[Line, Field(min_length=1, max_length=MAX_NAME)]
Emoji = Annotated[Line, AfterValidator(clean_emoji)]
Url = Annotated[Line, Field(max_length=MAX_URL), AfterValidator(_is_url)]
TriggerWord = Annotated[Line, Field(min_length=1, max_length=MAX_TRIGGER_WORD)]
TriggerWords = Annotated[
    list[TriggerWord],
    Field(max_length=MAX_TRIGGER_WORDS, description="Of messages that begin with one; empty: all."),
]
Description = Annotated[Line, Field(max_length=MAX_DESCRIPTION)]


class NewIncomingWebhook(Body):
    """Lets a program write into a conversation."""

    conversation_id: Id
    name: Name
    emoji: Emoji | None = None


class IncomingWebhookChanges(Body):
    """A member who changes it is responsible for it from then on."""

    name: Name | None = None
    emoji: Emoji | None = None
    enabled: bool | None = None


class NewOutgoingWebhook(Body):
    """Sends messages of a conversation to a URL."""

    conversation_id: Id
    name: Name
    url: Url
    trigger_words: TriggerWords = Field([])
    emoji: Emoji | None = None


class OutgoingWebhookChanges(Body):
    """A member who changes it is responsible for it from then on."""

    name: Name | None = None
    url: Url | None = None
    trigger_words: TriggerWords | None = None
    emoji: Emoji | None = None
    enabled: bool | None = None


class NewCommand(Body):
    """`/name`, answered by a URL."""

    name: Annotated[
        Line, Field(min_length=1, max_length=MAX_COMMAND), AfterValidator(_clean_command)
    ]
    url: Url
    description: Description = ""
    usage: Description = ""
    emoji: Emoji | None = None


class TypedCommand(Body):
    """A command as a person types it."""

    text: Content
    reply_to: Id | None = Field(None, description="A message of the thread it is typed in.")


class WebhookPath(Path):
    webhook_id: int


class CommandPath(Path):
    command_id: int


class CommandPlacePath(Path):
    conversation_id: int


class HookPath(Path):
    token: str


class WebhookListQuery(PageQuery):
    conversation_id: Id | None = Field(None, description="Only those of this conversation.")


class IncomingWebhookList(RootModel[list[IncomingWebhook]]):
    """By id."""


class OutgoingWebhookList(RootModel[list[OutgoingWebhook]]):
    """By id."""


class DeliveryList(RootModel[list[Delivery]]):
    """Newest first."""


class CommandList(RootModel[list[Command]]):
    """By id."""
