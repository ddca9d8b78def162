"""Where the words of a query are in a message, and the lines that show them."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from messages_service.indexing.folding import fold_with_offsets
from messages_service.indexing.terms import is_dense, is_short
from messages_service.search.shapes import Excerpt, ExcerptPart, ExcerptSource
from messages_service.shapes.messages import Message

MAX_HIGHLIGHTS: Final = 50
MAX_EXCERPTS: Final = 4
LEAD: Final = 60
"""Characters before the first match in an excerpt."""
LENGTH: Final = 240
Span = tuple[int, int]
_TAG = re.compile(r"<[^>]*>")
_BLOCK = re.compile(r"</?(?:p|br|hr|li|ul|ol|pre|blockquote|h\d|tr|td|th|table|div)\b[^>]*>")
_SPACES = re.compile(r"\s+")


def highlights_in(text: str, terms: Sequence[str]) -> list[Span]:
    """Ranges of characters (code points) in which a term is, in order and without overlaps."""
    folded, offsets = fold_with_offsets(text)
    spans = sorted(
        (offsets[start], _end(offsets, start, end))
        for term in terms
        for start, end in _occurrences(folded, term)
    )
    merged: list[Span] = []
    for start, end in spans:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged[:MAX_HIGHLIGHTS]


def excerpts_of(message: Message, terms: Sequence[str]) -> list[Excerpt]:
    """The beginning of the message, and the lines around what was found in its parts.

    Without terms there are lines of all parts.
    """
    visible = _visible_text(message["html"])
    if not highlights_in(visible, terms) and highlights_in(message["content"], terms):
        visible = _SPACES.sub(" ", message["content"])  # for instance in the address of a link
    excerpts: list[Excerpt] = []
    if visible and message["poll"] is None:
        excerpts.append({"source": "content", "parts": _parts(visible, terms)})
    for source, text in _others(message):
        if not (excerpts and terms) or highlights_in(text, terms):
            excerpts.append({"source": source, "parts": _parts(text, terms)})
    return excerpts[:MAX_EXCERPTS]


def _others(message: Message) -> Iterator[tuple[ExcerptSource, str]]:
    if message["poll"] is not None:
        yield "poll", message["poll"]["question"]
        for choice in message["poll"]["choices"]:
            yield "poll", choice["choice"]
    for file in message["attachments"]:
        yield "file", file["name"]
        if file["alt"]:
            yield "file", file["alt"]
    if message["forwarded_from"] is not None:
        yield "forward", _visible_text(message["forwarded_from"]["html"])


def _parts(text: str, terms: Sequence[str]) -> list[ExcerptPart]:
    spans = highlights_in(text, terms)
    first = max(0, spans[0][0] - LEAD) if spans else 0
    if first:
        first = text.find(" ", first, first + LEAD) + 1 or first
    last = first + LENGTH
    parts: list[ExcerptPart] = []

    def add(piece: str, is_match: bool) -> None:
        if piece:
            parts.append({"text": piece, "match": is_match})

    at = first
    add("… " if first else "", False)
    for start, end in spans:
        if start >= last:
            break
        add(text[at:start], False)
        add(text[start : min(end, last)], True)
        at = min(end, last)
    add(text[at:last] + (" …" if len(text) > last else ""), False)
    return parts


def _visible_text(made: str) -> str:
    """The text of sanitized HTML in one line."""
    return _SPACES.sub(" ", html.unescape(_TAG.sub("", _BLOCK.sub(" ", made)))).strip()


def _occurrences(folded: str, term: str) -> Iterator[Span]:
    needs_boundaries = is_short(term) and not is_dense(term)
    start = folded.find(term)
    while start != -1:
        end = start + len(term)
        if not needs_boundaries or not (_is_word_at(folded, start - 1) or _is_word_at(folded, end)):
            yield start, end
        start = folded.find(term, end)


def _is_word_at(text: str, at: int) -> bool:
    return 0 <= at < len(text) and (text[at].isalnum() or text[at] == "_")


def _end(offsets: Sequence[int], start: int, end: int) -> int:
    """The end in the original; a letter that folds to several characters is marked whole."""
    last = offsets[end - 1]
    return next((offset for offset in offsets[end:] if offset > last), offsets[-1])
