"""Search in PostgreSQL, whose index has no order.

The newest entries are looked at first, and the index is asked if too few of these match.
"""

from typing import Final

from sqlalchemy import Connection

from messages_service.indexing.joined import joined
from messages_service.indexing.terms import is_dense, pairs_of
from messages_service.search.conditions import (
    COLUMNS,
    Found,
    Statement,
    add_checks,
    alternatives,
    index_terms,
    long_terms,
    membership,
)
from messages_service.search.few import Few, few_of
from messages_service.search.sample import Part, Sample, sample_of, threes_of
from messages_service.search.wanted import Wanted

ENTRIES: Final = "SELECT message_id FROM search_entries"
NEWEST: Final = 5000
"""Entries that are looked at first."""
MANY: Final = 20_000
"""Entries that are looked at before the index if that promises enough matches."""
PER_MARK: Final = 400
"""As many more for each mark: the index compares the lists of all marks at each step."""


def find_in_postgresql(
    connection: Connection, wanted: Wanted, before: int | None, limit: int
) -> list[Found]:
    """The newest messages, older than `before`, newest first."""
    few = few_of(connection, wanted)
    statement = Statement(values={"before": before, "limit": limit, "reader_id": wanted.reader_id})
    _add_matches(wanted, statement, sample_of(connection))
    is_in_index = bool(statement.conditions)
    older = "message_id < :before" if before is not None else "true"
    search = _Search(connection, statement, older)
    search.add_checks(wanted, few)
    if few:
        return search.among(f"{ENTRIES} JOIN ({few.message_ids}) AS few USING (message_id)")
    if not is_in_index:
        return search.in_turn()
    found = search.among_newest(NEWEST)
    expected = NEWEST * limit * 3 // 2 // max(1, len(found))
    if len(found) < limit and expected <= max(MANY, PER_MARK * sum(map(len, alternatives(wanted)))):
        found = search.among_newest(expected)
    return found if len(found) == limit else search.among(ENTRIES)


class _Search:
    """The ways to look at the entries of one search."""

    def __init__(self, connection: Connection, statement: Statement, older: str) -> None:
        self._connection, self._statement, self._older = connection, statement, older
        self._matches = " AND ".join([older, *statement.conditions])
        self._rest = ""

    def add_checks(self, wanted: Wanted, few: Few | None) -> None:
        self._statement.conditions = []
        add_checks(wanted, self._statement, done=few.name if few else None)
        # OFFSET 0: each message is looked up by its id, in this order, until there are enough.
        # The planner would rather walk through all messages from the newest on.
        self._rest = (
            f"CROSS JOIN LATERAL (SELECT {COLUMNS} FROM messages {membership(wanted, 'JOIN')}"
            f" WHERE messages.id = found.message_id AND {' AND '.join(self._statement.conditions)}"
            " OFFSET 0) AS message LIMIT :limit"
        )

    def among(self, entries: str) -> list[Found]:
        """All of them by the index."""
        return self._run(
            f"WITH matches AS MATERIALIZED ({entries} WHERE {self._matches})", "matches"
        )

    def among_newest(self, count: int) -> list[Found]:
        self._statement.values["newest"] = count
        newest = (
            f"SELECT * FROM search_entries WHERE {self._older} ORDER BY message_id DESC"
            " LIMIT :newest"
        )
        matches = f"(SELECT message_id FROM ({newest}) AS newest WHERE {self._matches}) AS matches"
        return self._run("", matches)

    def in_turn(self) -> list[Found]:
        """From the newest on, until there are enough."""
        return self._run("", f"({ENTRIES} WHERE {self._matches}) AS matches")

    def _run(self, with_: str, matches: str) -> list[Found]:
        newest_first = f"(SELECT message_id FROM {matches} ORDER BY message_id DESC) AS found"
        select = f"{with_} SELECT message.id, message.size FROM {newest_first}"
        return self._statement.run(self._connection, select, self._rest)


def _add_matches(wanted: Wanted, statement: Statement, sample: Sample) -> None:
    """The index is asked for few threes of a term; `strpos` compares all of it."""
    longer = long_terms(wanted)
    for number, term in enumerate(map(joined, longer)):
        threes = [Part(text=three) for three in threes_of(term, len(longer)) if three.isalnum()]
        for place, part in enumerate(sample.rarest(threes)):
            name = f"three{number}_{place}"
            statement.add(f"text LIKE :{name}", **{name: f"%{part.text}%"})
        statement.add(f"strpos(text, :term{number}) > 0", **{f"term{number}": term})
    pairs = [pair for term in filter(is_dense, longer) for pair in sorted(pairs_of(term))]
    terms = [_lexeme(term) for term in index_terms(wanted) + pairs]
    terms += ["(" + " | ".join(map(_lexeme, marks)) + ")" for marks in alternatives(wanted)]
    if terms:
        statement.add("terms @@ CAST(:terms AS tsquery)", terms=" & ".join(terms))


def _lexeme(term: str) -> str:
    """For a tsquery."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
