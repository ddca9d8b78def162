"""Parse the text of the search field. Does not use the database."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Final, Literal, get_args

from messages_service.indexing.folding import fold
from messages_service.indexing.terms import Has as IndexedHas
from messages_service.indexing.terms import trimmed

MAX_QUERY: Final = 500
MAX_PARTS: Final = 20
"""Words, phrases and operators in one query."""
Has = IndexedHas | Literal["reaction"]
Is = Literal["pinned", "saved", "thread"]
CHOICES: Final[dict[str, tuple[str, ...]]] = {
    "has": ("file", "link", "poll", "reaction"),
    "is": get_args(Is),
}
_PART = re.compile(
    r'(?P<operator>from|in|before|after|has|is):(?:"(?P<quoted>[^"]*)"?|(?P<value>[^\s"]*))'
    r'|"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+)',
    re.IGNORECASE,
)
_QUOTES = str.maketrans("“”„«»", '"""""')


class QueryError(ValueError):
    """The query cannot be understood; the message says what to change."""


@dataclass
class ParsedQuery:
    """Terms are folded words and phrases; a message must have all of them."""

    terms: list[str] = field(default_factory=list)
    from_names: list[str] = field(default_factory=list)
    in_names: list[str] = field(default_factory=list)
    before: list[date] = field(default_factory=list)
    after: list[date] = field(default_factory=list)
    has: set[str] = field(default_factory=set)
    is_: set[str] = field(default_factory=set)

    @property
    def is_empty(self) -> bool:
        return self == ParsedQuery()


def parse(text: str) -> ParsedQuery:
    """Raises QueryError. A quote without its partner quotes everything after it."""
    query = ParsedQuery()
    found = list(_PART.finditer(text.translate(_QUOTES)))
    if len(found) > MAX_PARTS:
        raise QueryError(f"must have at most {MAX_PARTS} words and filters")
    for part in found:
        if part["operator"]:
            _add_operator(query, part["operator"].lower(), part["quoted"] or part["value"] or "")
        else:
            _add_term(query, part["phrase"] or part["word"] or "")
    return query


def _add_term(query: ParsedQuery, text: str) -> None:
    term = fold(text)
    if len(term) > 3:
        term = term.removesuffix("*")  # parts of words are found anyway
    term = trimmed(term)
    if term and term not in query.terms:
        query.terms.append(term)


def _add_operator(query: ParsedQuery, operator: str, value: str) -> None:
    value = value.strip()
    if operator in ("has", "is"):
        _add_choice(query.has if operator == "has" else query.is_, operator, value.lower())
    elif not value:
        example = {"from": "from:alice", "in": "in:general"}.get(operator, f"{operator}:2026-01-31")
        raise QueryError(f"needs a value right after '{operator}:', such as {example}")
    elif operator == "from":
        query.from_names.append(value.removeprefix("@"))
    elif operator == "in":
        query.in_names.append(value.removeprefix("#"))
    else:
        dates = query.before if operator == "before" else query.after
        dates.append(_date(operator, value))


def _add_choice(chosen: set[str], operator: str, value: str) -> None:
    choices = CHOICES[operator]
    if value not in choices:
        listed = ", ".join(f"{operator}:{choice}" for choice in choices[:-1])
        raise QueryError(
            f"must have {listed} or {operator}:{choices[-1]};"
            f" put '{operator}:{value[:30]}' in quotes to find these words"
        )
    chosen.add(value)


def _date(operator: str, value: str) -> date:
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise QueryError(
            f"needs a date such as {operator}:2026-01-31 instead of '{value[:30]}'"
        ) from None
