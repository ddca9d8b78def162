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
from messages_service.search.sample import Part, sample_of, threes_of
from messages_service.search.wanted import Wanted


def find_in_sqlite(
    connection: Connection, wanted: Wanted, before: int | None, limit: int
) -> list[Found]:
    """The newest messages, older than `before`, newest first."""
    statement = Statement(values={"limit": limit, "reader_id": wanted.reader_id})
    few, parts = few_of(connection, wanted), _parts(wanted)
    if few:
        source, key = f"({few.message_ids}) AS few", "few.message_id"
    elif parts:
        source, key = "search_index", "search_index.rowid"
        rarest = sample_of(connection).rarest(parts)
        match = " AND ".join(map(_match, rarest))
        statement.add("search_index MATCH :match", match=match)
    else:
        source, key = "(SELECT NULL) AS no_index", "search_entries.message_id"
    for number, term in enumerate(index_terms(wanted)):
        statement.add(f"instr(search_entries.terms, :mark{number}) > 0", **{f"mark{number}": term})
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


def _parts(wanted: Wanted) -> list[Part]:
    """Questions that the index can answer; those it is not asked are checked on each entry."""
    longer = long_terms(wanted)
    parts = [Part(text=three) for term in longer for three in threes_of(term, len(longer))]
    parts += [Part(terms=(term,)) for term in index_terms(wanted)]
    return parts + [Part(terms=tuple(marks)) for marks in alternatives(wanted)]


def _match(part: Part) -> str:
    """A query of the index: each of its strings has three characters."""
    strings = [part.text] if part.text else part.terms
    return "(" + " OR ".join('"' + string.replace('"', '""') + '"' for string in strings) + ")"
