"""Messages in Slack's format, as webhooks and commands send them, turned into Markdown."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from messages_service.emoji_names import emoji_named
from messages_service.models import MAX_NAME
from messages_service.shapes.messages import PostedAs
from servicekit.web.schemas import Line, Text

NicknamesOf = Callable[[Iterable[int]], Mapping[int, str]]
MAX_ATTACHMENTS = 20
MAX_TEXT = 50_000
"""Of one field; the whole message may have less."""
EVERYBODY = {"here": "@here", "channel": "@room", "everyone": "@room", "group": "@room"}
"""Words after a `!`, and our mentions."""
_MARKUP = re.compile(r"<([^<>\n]{1,4000})>")
_LINK = re.compile(r"(?:https?://|mailto:)[^\s|]+", re.IGNORECASE)
_BRACKETS = str.maketrans({"[": r"\[", "]": r"\]"})

ShortLine = Annotated[Line, Field(max_length=300)]
LongText = Annotated[Text, Field(max_length=MAX_TEXT)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore")

    @model_validator(mode="before")
    @classmethod
    def _without_nulls(cls, found: Any) -> Any:
        if not isinstance(found, dict):
            return found
        return {name: value for name, value in found.items() if value is not None}


class SlackField(_Part):
    title: ShortLine = ""
    value: LongText = ""


class SlackAttachment(_Part):
    """`fallback` is for programs that read no other field."""

    pretext: LongText = ""
    title: ShortLine = ""
    title_link: Annotated[Line, Field(max_length=2000)] = ""
    text: LongText = ""
    fields: Annotated[list[SlackField], Field(max_length=50)] = []
    fallback: LongText = ""


class SlackMessage(_Part):
    """Other fields are ignored, as Slack ignores them."""

    text: LongText = ""
    username: Annotated[Line, Field(max_length=MAX_NAME)] = ""
    icon_emoji: ShortLine = ""
    attachments: Annotated[list[SlackAttachment], Field(max_length=MAX_ATTACHMENTS)] = []
    response_type: str = "ephemeral"

    def content(self, nicknames_of: NicknamesOf) -> str:
        """As Markdown; empty if it says nothing."""
        parts = [self.text, *map(_written_out, self.attachments)]
        text = "\n\n".join(part.strip() for part in parts if part.strip())
        return to_markdown(text, nicknames_of)

    def posted_as(self, name: str, emoji: str | None) -> PostedAs:
        """Its own name and emoji, or those given."""
        return {"name": self.username or name, "emoji": emoji_named(self.icon_emoji) or emoji}


def to_markdown(text: str, nicknames_of: NicknamesOf) -> str:
    """Replace Slack's links and mentions; other Markdown stays as it is."""
    ids = {int(found[2:]) for found in re.findall(r"<@[0-9]{1,15}", text)}
    nicknames = nicknames_of(ids) if ids else {}
    return unescape_text(_MARKUP.sub(lambda match: _replaced(match[1], match[0], nicknames), text))


def unescape_text(text: str) -> str:
    """Slack escapes these three characters, and no others."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _written_out(attachment: SlackAttachment) -> str:
    """As a quote, below its first line."""
    title = attachment.title
    if title and attachment.title_link:
        title = f"<{attachment.title_link}|{title}>"
    fields = [f"**{field.title}:** {field.value}" for field in attachment.fields]
    lines = [f"**{title}**" if title else "", attachment.text, *fields]
    body = "\n".join(line for line in lines if line.strip()) or (
        "" if attachment.pretext.strip() else attachment.fallback
    )
    quote = "\n".join(f"> {line}" for line in body.splitlines())
    return "\n\n".join(part for part in (attachment.pretext, quote) if part)


def _replaced(inside: str, whole: str, nicknames: Mapping[int, str]) -> str:
    target, _, label = inside.partition("|")
    if _LINK.fullmatch(target):
        address = unescape_text(target).replace("<", "%3C").replace(">", "%3E")
        return f"[{label.translate(_BRACKETS)}](<{address}>)" if label else f"<{address}>"
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return EVERYBODY.get(word, label or whole)
    if target.startswith("@"):
        name = target[1:]
        nickname = nicknames.get(int(name)) if name.isascii() and name.isdigit() else None
        return f"@{nickname or label or name}"
    if target.startswith("#"):
        return f"#{label or target[1:]}"
    return whole
