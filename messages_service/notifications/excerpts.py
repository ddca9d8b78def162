"""The beginning of a message as plain text, for notifications and e-mails."""

from html.parser import HTMLParser
from typing import Any

MAX_EXCERPT = 160
_BLOCKS = frozenset(
    {"p", "li", "pre", "br", "tr", "blockquote", "h1", "h2", "h3", "h4", "h5", "h6"}
)
_HIDDEN = "▒▒▒"


def excerpt(message: dict[str, Any], limit: int = MAX_EXCERPT) -> str:
    """Of a message as JSON: its text without spoilers, or what stands in place of a text."""
    if message["poll"] is not None:
        text = f"📊 {message['poll']['question']}"
    elif message["content"].strip():
        text = text_of(message["html"])
    elif message["attachments"]:
        text = "📎 " + ", ".join(file["name"] for file in message["attachments"])
    elif message["forwarded_from"] is not None:
        text = text_of(message["forwarded_from"]["html"])
    else:
        text = ""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def text_of(html: str) -> str:
    """The text of a message's HTML in one line; hidden words stay hidden."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return " ".join("".join(reader.parts).split())


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._spans: list[bool] = []
        """For each open span whether it hides its text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span":
            is_spoiler = "spoiler" in (dict(attrs).get("class") or "").split()
            if is_spoiler and not any(self._spans):
                self.parts.append(_HIDDEN)
            self._spans.append(is_spoiler)
        elif tag in _BLOCKS:
            self.parts.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "span" and self._spans:
            self._spans.pop()
        elif tag in _BLOCKS:
            self.parts.append(" ")

    def handle_data(self, data: str) -> None:
        if not any(self._spans):
            self.parts.append(data)
