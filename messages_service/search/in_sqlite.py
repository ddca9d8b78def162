"""Search in SQLite: its index is walked from the newest entry on."""

from sqlalchemy import Connection

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
from messages_service.search.few import few_of
from messages_service.search.wanted import Wanted


def find_in_sqlite(
    connection: Connection, wanted: Wanted, before: int | None, limit: int
) -> list[Found]:
    """The newest messages, older than `before`, newest first."""
    statement = Statement(values={"limit": limit, "reader_id": wanted.reader_id})
    few, match = few_of(connection, wanted), _match(wanted)
    if few:
        source, key = f"({few.message_ids}) AS few", "few.message_id"
        for number, term in enumerate(index_terms(wanted)):
            statement.add(
                f"instr(search_entries.terms, :mark{number}) > 0", **{f"mark{number}": term}
            )
    elif match:
        source, key = "search_index", "search_index.rowid"
        statement.add("search_index MATCH :match", match=match)
    else:
        source, key = "(SELECT NULL) AS no_index", "search_entries.message_id"
    for number, term in enumerate(long_terms(wanted)):
        statement.add(f"instr(search_entries.text, :term{number}) > 0", **{f"term{number}": term})
    if before is not None:
        statement.add(f"{key} < :before", before=before)
    add_checks(wanted, statement, done=few.name if few else None)
    # CROSS JOIN keeps the tables in this order, which is what makes the newest come first.
    joined = (
        f"{source} CROSS JOIN search_entries ON search_entries.message_id = {key}"
        " CROSS JOIN messages ON messages.id = search_entries.message_id"
    )
    return statement.run(
        connection,
        "SELECT", COLUMNS, "FROM", joined, membership(wanted, "CROSS JOIN"),
        "WHERE", " AND ".join(statement.conditions),
        "ORDER BY", key, "DESC LIMIT :limit",
    )  # fmt: skip


def _match(wanted: Wanted) -> str:
    """The query of the index: threes of characters, each in quotes."""
    terms = [three for term in long_terms(wanted) for three in _threes(term)]
    parts = [f'"{_quoted(term)}"' for term in terms + index_terms(wanted)]
    marks = ([f'"{each}"' for each in listed] for listed in alternatives(wanted))
    parts += ["(" + " OR ".join(quoted) + ")" for quoted in marks]
    return " AND ".join(parts)


def _threes(term: str) -> list[str]:
    """Enough of a term's threes to cover it; the text itself is compared afterwards.

    Those from the end of a word to the next one tell a phrase from its words.
    """
    starts = {*range(0, len(term) - 2, 3), len(term) - 3}
    starts.update(at - 1 for at in range(1, len(term) - 1) if term[at] == " ")
    return [term[start : start + 3] for start in sorted(starts)]


def _quoted(term: str) -> str:
    return term.replace('"', '""')
