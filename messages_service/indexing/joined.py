"""Texts of PostgreSQL's entries, in which words and what is between them are one sequence.

Its index (pg_trgm) sees nothing but letters and digits, and could not tell a phrase from its words.
So capital letters, which a folded text does not have, stand for the usual separators.
"""

from typing import Final

_SEPARATORS: Final = " _.-/:@,(#"
_CAPITALS: Final = "QXZJVWKYUB"
_JOINED: Final = str.maketrans(_SEPARATORS, _CAPITALS)
_SEPARATED: Final = str.maketrans(_CAPITALS, _SEPARATORS)


def joined(folded: str) -> str:
    return folded.translate(_JOINED)


def separated(text: str) -> str:
    """The folded text again."""
    return text.translate(_SEPARATED)
