"""Folding: texts that a reader takes for the same word become equal."""

import re
import unicodedata

_SPACES = re.compile(r"\s+")
_ACCENTS = re.compile("[\u0300-\u036f]")
# Private use, which the index uses for its own marks, and what nobody sees.
_DROPPED = re.compile("[\ue000-\uf8ff\U000f0000-\U0010ffff\u00ad\u200b]")
_CLUSTERS = re.compile("(?P<plain>[!-~\u4e00-\u9fff]+(?![\u0300-\u036f]))|\\s+|\\S[\u0300-\u036f]*")
"""Plain characters stay single ones; of them as many as follow each other are folded together."""


def fold(text: str) -> str:
    """Without differences of case, width, accents and spacing: `Café` and `cafe` are equal."""
    return _SPACES.sub(" ", _folded(text)).strip()


def fold_with_offsets(text: str) -> tuple[str, list[int]]:
    """Folded text, and for each of its characters the index in `text`; one more at the end."""
    pieces: list[str] = []
    offsets: list[int] = []
    for found in _CLUSTERS.finditer(text):
        if found["plain"]:
            pieces.append(found["plain"].lower())
            offsets.extend(range(*found.span()))
        else:
            piece = _SPACES.sub(" ", _folded(found.group()))
            pieces.append(piece)
            offsets.extend([found.start()] * len(piece))
    return "".join(pieces), [*offsets, len(text)]


def _folded(text: str) -> str:
    if text.isascii():
        return text.lower()
    plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return _DROPPED.sub("", unicodedata.normalize("NFKC", plain.casefold()))
