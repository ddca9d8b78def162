"""Terms that the index holds beside a message's text: short words, and marks for filters.

SQLite's index knows sequences of three characters, so all of these have exactly three. PostgreSQL
keeps the same ones as lexemes.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

Has = Literal["file", "link", "poll"]
IN: Final = "\ue000"
FROM: Final = "\ue001"
MONTH: Final = "\ue002"
YEAR: Final = "\ue003"
DECADE: Final = "\ue005"
HAS: Final[dict[Has, str]] = {
    "file": "\ue004\ue004\ue004",
    "link": "\ue004\ue004\ue005",
    "poll": "\ue004\ue004\ue006",
}
SHORT: Final = 2
"""Words of so few characters have terms of their own."""
_PAD = "\ue0ff"
_FIRST_MONTH: Final = 1970 * 12
_PERIODS: Final = ((DECADE, 120), (YEAR, 12), (MONTH, 1))
"""In months, counted from the year 0."""
# Scripts without spaces between words, and symbols: any one or two of their characters are a word.
_DENSE = re.compile(
    "[\u2190-\u2bff\u3005-\u3007\u3040-\u312f\u3400-\u9fff\uac00-\ud7af"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff]"
)
_SHORT_WORD = re.compile(r"(?<!\w)\w{1,2}(?!\w)")
_PUNCTUATION: Final = ".,;:!?()[]{}<>\"'`*_~"


def mark(kind: str, number: int) -> str:
    """The term for a conversation, an author or a period.

    Very large numbers may share one: a statement that uses marks checks the columns as well.
    """
    return kind + chr(0xF0000 + (number >> 15 & 0x7FFF)) + chr(0xF0000 + (number & 0x7FFF))


def split_terms(joined: str) -> list[str]:
    """The terms of an entry in SQLite."""
    return [joined[at : at + 3] for at in range(0, len(joined), 3)]


def marks_of(conversation_id: int, author_id: int, created_at: datetime) -> list[str]:
    return [
        mark(IN, conversation_id),
        mark(FROM, author_id),
        *(mark(kind, _month(created_at) // months) for kind, months in _PERIODS),
    ]


def marks_between(since: datetime | None, until: datetime | None, now: datetime) -> list[str]:
    """Marks of which each message between these moments has one: as few as cover the time.

    No message is from the moment `until` itself.
    """
    month = max(_month(since), _FIRST_MONTH) if since else _FIRST_MONTH
    last = _month(until - timedelta(microseconds=1) if until else now)
    marks = []
    while month <= last:
        kind, months = next(
            (kind, months)
            for kind, months in _PERIODS
            if month % months == 0 and (months == 1 or month + months - 1 <= last)
        )
        marks.append(mark(kind, month // months))
        month += months
    return marks


def short_terms(text: str) -> set[str]:
    """The terms of the short words of a folded text."""
    return {padded(word) for word in short_words(text)}


def short_words(text: str) -> set[str]:
    """Words of one or two characters in a folded text; of dense scripts all pairs."""
    words = set(_SHORT_WORD.findall(text))
    words.update(word for word in _chunks(text) if 0 < len(word) <= SHORT)
    if not text.isascii() and _DENSE.search(text):
        words.update(_dense_words(text))
    return words


def is_short(term: str) -> bool:
    return len(term) <= SHORT


def trimmed(term: str) -> str:
    """A short word of a query as `short_words` has it: without punctuation around it."""
    return term.strip(_PUNCTUATION) if is_short(term) else term


def is_dense(term: str) -> bool:
    """Whether a term is found inside of longer words even though it is short."""
    return _DENSE.search(term) is not None


def pairs_of(term: str) -> set[str]:
    """The terms of the pairs of a long term that the index has."""
    pairs = {term[at : at + 2] for at in range(len(term) - 1)}
    return {padded(pair) for pair in pairs if is_dense(pair) and " " not in pair}


def padded(word: str) -> str:
    return word.ljust(3, _PAD)


def _dense_words(text: str) -> Iterator[str]:
    for found in _DENSE.finditer(text):
        at = found.start()
        yield found[0]
        for pair in (text[max(0, at - 1) : at + 1], text[at : at + 2]):
            if len(pair) == SHORT and " " not in pair:
                yield pair


def _chunks(text: str) -> Iterator[str]:
    """Parts between spaces that may be short words with symbols in them, such as C#."""
    for chunk in text.split():
        if len(chunk) <= 2 * SHORT:
            yield chunk.strip(_PUNCTUATION)


def _month(moment: datetime) -> int:
    return moment.year * 12 + moment.month - 1
