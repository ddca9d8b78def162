"""Slack's mrkdwn as Markdown: bold, struck text, links, mentions, emoji."""

import re
from collections.abc import Mapping

from messages_service.imports.records import person_mark
from messages_service.integrations.slack import EVERYBODY, unescape_text

_CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
_REFERENCE = re.compile(r"<([^<>\n]+)>")
_BOLD = re.compile(r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])")
_STRUCK = re.compile(r"(?<![\w~])~(\S(?:[^~\n]*\S)?)~(?![\w~])")


class SlackText:
    """Converts texts; knows the ids of people and the names of channels."""

    def __init__(self, person_ids: set[str], channels: Mapping[str, str]) -> None:
        self._person_ids, self._channels = person_ids, channels

    def to_markdown(self, text: str) -> str:
        """Code keeps what stands in it, except for Slack's references and entities."""
        parts = _CODE.split(text)
        return "".join(
            self._code(part) if at % 2 else self._prose(part) for at, part in enumerate(parts)
        )

    def _code(self, text: str) -> str:
        return unescape_text(_REFERENCE.sub(lambda found: _label(found[1]), text))

    def _prose(self, text: str) -> str:
        pieces = _REFERENCE.split(text)
        return "".join(
            self._reference(piece) if at % 2 else unescape_text(_marked(piece))
            for at, piece in enumerate(pieces)
        )

    def _reference(self, inside: str) -> str:
        target, _, label = inside.partition("|")
        kind, name = target[:1], target[1:]
        if kind == "@":
            return person_mark(name) if name in self._person_ids else f"@{label or name}"
        if kind == "#":
            return f"#{self._channels.get(name) or label or name}"
        if kind == "!":
            word = name.partition("^")[0]
            return EVERYBODY.get(word) or unescape_text(label) or f"@{word}"
        address = unescape_text(target)
        if not label or unescape_text(label) == address.removeprefix("mailto:"):
            return address.removeprefix("mailto:")
        return f"[{unescape_text(label)}]({address})"


def _label(inside: str) -> str:
    target, _, label = inside.partition("|")
    return label or target


def _marked(text: str) -> str:
    text = _BOLD.sub(r"**\1**", text)
    return _STRUCK.sub(r"~~\1~~", text)
