"""How frequent the parts of a search are, by a sample of the entries.

An index reads a list of messages for each part, and the lists of frequent ones are long: it is
asked for the rarest parts, and the others are looked for in the entries that it finds.
"""

import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, text

from messages_service.indexing.terms import split_terms

GROUPS: Final = 25
IN_GROUP: Final = 20
"""Neighbours are stored together, so that a sample reads few pages."""
CHARACTERS: Final = 2000
SECONDS: Final = 600.0
MANY_THREES: Final = 40
"""Of all terms together, among which the rarest are looked for."""
ENTRY_COST: Final = 100
"""The cost of reading an entry, in items of an index's list."""


@dataclass(frozen=True)
class Part:
    """Of a search: characters of the text, or terms of which an entry has one."""

    text: str = ""
    terms: Collection[str] = ()


def threes_of(term: str, terms: int) -> Iterator[str]:
    """Parts of three characters of a term, from its beginning to its end: of all `terms` terms of a
    search together about `MANY_THREES`.
    """
    last = len(term) - 3
    for start in range(0, last, max(1, last * terms // MANY_THREES)):
        yield term[start : start + 3]
    yield term[last:]


class Sample:
    """The texts and terms of some entries."""

    def __init__(self, entries: Sequence[tuple[str, str]], newest: int) -> None:
        self._entries = [(folded, frozenset(split_terms(terms))) for folded, terms in entries]
        self._taken_at, self._newest = time.monotonic(), newest

    def is_current(self, newest: int) -> bool:
        is_fresh = time.monotonic() - self._taken_at < SECONDS
        return is_fresh and newest.bit_length() == self._newest.bit_length()

    def rarest(self, parts: Sequence[Part]) -> list[Part]:
        """The parts to ask an index for: one more is worth it if it spares more than it costs."""
        having = {part: self._having(part) for part in parts}
        size = len(self._entries) + 1
        left, found = (1 << size) - 1, float(size)
        chosen: list[Part] = []

        def remaining(part: Part) -> float:
            count = (left & having[part]).bit_count()
            return count or min(0.5, found * (having[part].bit_count() + 0.5) / size)

        def gain(part: Part) -> float:
            cost = having[part].bit_count() + 0.5
            return (found - remaining(part)) * ENTRY_COST - cost

        while having:
            best = max(having, key=gain)
            if chosen and gain(best) <= 0:
                break
            chosen.append(best)
            found, left = remaining(best), left & having.pop(best)
        return chosen

    def _having(self, part: Part) -> int:
        """The entries that have it, as bits."""
        bits = 0
        for number, (folded, terms) in enumerate(self._entries):
            if part.text in folded if part.text else not terms.isdisjoint(part.terms):
                bits |= 1 << number
        return bits


def sample_of(connection: Connection) -> Sample:
    """It is kept for a while; a database that has doubled is looked at again."""
    newest = connection.execute(_NEWEST).scalar() or 0
    sample = _samples.get(connection.engine)
    if sample is None or not sample.is_current(newest):
        entries = _ENTRIES[connection.dialect.name]
        values = {"ids": _spread_ids(newest), "characters": CHARACTERS}
        rows = [(row.text, row.terms) for row in connection.execute(entries, values)]
        sample = _samples[connection.engine] = Sample(rows, newest)
    return sample


def _spread_ids(newest: int) -> list[int]:
    distance = max(IN_GROUP, newest // GROUPS)
    starts = range(newest, max(0, newest - GROUPS * distance), -distance)
    return [start - place for start in starts for place in range(IN_GROUP)]


_samples: WeakKeyDictionary[Engine, Sample] = WeakKeyDictionary()
_NEWEST: Final = text("SELECT max(message_id) FROM search_entries")
_TERMS: Final = {
    "sqlite": "terms",
    "postgresql": "array_to_string(tsvector_to_array(terms), '')",
}
_ENTRIES: Final = {
    dialect: text(
        " ".join(
            (
                "SELECT substr(text, 1, :characters) AS text,", terms, "AS terms",
                "FROM search_entries WHERE message_id IN :ids",
            )
        )
    ).bindparams(bindparam("ids", expanding=True))
    for dialect, terms in _TERMS.items()
}  # fmt: skip
