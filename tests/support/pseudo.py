"""A language in which every translated text stands in ⟦…⟧, and what of a page does not."""

import re
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog

from deploy.translations import TEMPLATE, read, text_of

SHOWN_ATTRIBUTES = frozenset(
    {"alt", "aria-label", "data-ask", "data-ask-about", "data-ask-verb", "placeholder", "title"}
)
NOT_SHOWN = frozenset({"script", "style", "code"})
WITHOUT_END = frozenset({"br", "hr", "img", "input", "link", "meta"})
NICKNAME = re.compile(r"@[\w.-]+")
WORD = re.compile(r"[^\W\d_]{2,}")


def write_pseudo_catalog(folder: Path, tag: str) -> None:
    """A catalog of that language with every text of the code."""
    catalog = Catalog(locale=None)
    for message in read(TEMPLATE):
        if not message.id:
            continue
        forms = [message.id] if isinstance(message.id, str) else [*message.id]
        marked = [f"⟦{form}⟧" for form in forms]
        string = marked[0] if isinstance(message.id, str) else tuple(marked)
        catalog.add(message.id, string, message.locations, context=message.context)
    (folder / f"{tag}.po").write_bytes(text_of(catalog))


def untranslated(page: str, *data: str) -> list[str]:
    """The words of a page outside of ⟦…⟧; `data` is what people wrote, as is all in `dir=auto`."""
    reader = _Reader()
    reader.feed(page)
    known = sorted(data, key=len, reverse=True)
    return [text for text in reader.texts if WORD.search(_without(text, known))]


def _without(text: str, data: list[str]) -> str:
    for each in data:
        text = text.replace(each, "")
    return NICKNAME.sub("", text)


class _Outside:
    """The text outside of brackets, which may begin in one piece of text and end in another."""

    def __init__(self) -> None:
        self._depth = 0

    def of(self, text: str) -> str:
        kept = []
        for char in text:
            self._depth += char == "⟦"
            if not self._depth:
                kept.append(char)
            self._depth -= char == "⟧"
        return " ".join("".join(kept).split())


class _Reader(HTMLParser):
    """Collects what is shown, or said by a screen reader, except what people wrote."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self._outside = _Outside()
        self._open: list[tuple[str, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        is_data = values.get("dir") == "auto" or tag in NOT_SHOWN
        is_skipped = is_data or (bool(self._open) and self._open[-1][1])
        if not is_skipped:
            shown = (text for name, text in attrs if name in SHOWN_ATTRIBUTES and text)
            self.texts += [_Outside().of(text) for text in shown]
        if tag not in WITHOUT_END:
            self._open.append((tag, is_skipped))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and not self._open[-1][1]:
            self.texts.append(self._outside.of(data))
