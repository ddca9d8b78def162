"""Folding: texts that a reader takes for the same word become equal."""

import re
import unicodedata
from collections.abc import Iterator

_SPACES = re.compile(r"\s+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Private use, which the index uses for its own marks, and what nobody sees.
_DROPPED = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\u00ad\u200b]")
_CLUSTERS = re.compile(r"\s+|\S[\u0300-\u036f]*")


def fold(text: str) -> str:
    """Without differences of case, width, accents and spacing: `Café` and `cafe` are equal."""
    return _SPACES.sub(" ", _folded(text)).strip()


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Folded text, and for each of its characters the index in `text`; one more at the end."""
    pieces: list[str] = []
    offsets: list[int] = []
    for start, piece in _folded_clusters(text):
        pieces.append(piece)
        offsets.extend([start] * len(piece))
    return "".join(pieces), [*offsets, len(text)]


def _folded_clusters(text: str) -> Iterator[tuple[int, str]]:
    for found in _CLUSTERS.finditer(text):
        yield found.start(), _SPACES.sub(" ", _folded(found.group()))


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _DROPPED.sub("", unicodedata.normalize("NFKC", plain.casefold()))
