"""The order "best first"."""

import re
from collections.abc import Sequence

WHOLE_WORD, WORD_START, PART = 3, 2, 1


def rank(texts: Sequence[tuple[int, str]], terms: Sequence[str]) -> list[int]:
    """Ids of folded texts: whole words before beginnings and parts of words, then the newest."""
    scored = [(score(text, terms), id_) for id_, text in texts]
    return [id_ for _, id_ in sorted(scored, reverse=True)]


def score(text: str, terms: Sequence[str]) -> float:
    """Words that stand together as in the query count more, and in long texts a little less."""
    found = float(sum(_score(text, term) for term in terms))
    if len(terms) > 1 and _is_whole(text, " ".join(terms)):
        found += WHOLE_WORD
    return round(found - min(len(text), 2000) / 4000, 1)


def _score(text: str, term: str) -> int:
    if _is_whole(text, term):
        return WHOLE_WORD
    return WORD_START if re.search(rf"(?<!\w){re.escape(term)}", text) else PART


def _is_whole(text: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None
