"""Statements that find messages. Each of them checks which messages the reader may read.

The index narrows the search; the columns are checked as well. Both engines give the
same answers: SQLite walks its index from the newest entry on; PostgreSQL looks at the newest
entries first, and uses its indexes if too few of these match.
"""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, text

from messages_service.indexing.terms import (
    FROM,
    HAS,
    IN,
    is_dense,
    is_short,
    mark,
    marks_between,
    padded,
    pairs_of,
)
from messages_service.search.wanted import Wanted
from servicekit.data.columns import UtcDateTime
from servicekit.times import utcnow

NEWEST: Final = 5000
"""Entries that PostgreSQL looks at before it uses an index."""
FEW: Final = {
    "pinned": "SELECT message_id FROM pins",
    "saved": "SELECT message_id FROM saved_messages WHERE user_id = :reader_id",
    "reaction": "SELECT DISTINCT message_id FROM reactions",
    "thread": "SELECT id AS message_id FROM messages WHERE thread_id IS NOT NULL"
    " UNION SELECT thread_id FROM messages WHERE thread_id IS NOT NULL",
}
"""Messages of which there are few; the others are found by the index."""
CHECKS: Final = {
    "pinned": "EXISTS (SELECT 1 FROM pins WHERE pins.message_id = messages.id)",
    "saved": "EXISTS (SELECT 1 FROM saved_messages WHERE saved_messages.message_id = messages.id"
    " AND saved_messages.user_id = :reader_id)",
    "reaction": "EXISTS (SELECT 1 FROM reactions WHERE reactions.message_id = messages.id)",
    "thread": "(messages.thread_id IS NOT NULL OR messages.reply_count > 0)",
}
_COLUMNS: Final = (
    "messages.id, length(messages.content) + length(messages.html) + messages.quoted_size AS size"
)


class Found(NamedTuple):
    """The id of a message, and the characters that it adds to a page."""

    id: int
    size: int


@dataclass
class _Statement:
    """Parts of a statement, and the values of its bind parameters."""

    conditions: list[str] = field(default_factory=list)
    values: dict[str, Any] = field(default_factory=dict)
    lists: list[str] = field(default_factory=list)

    def add(self, condition: str, **values: Any) -> None:
        self.conditions.append(condition)
        self.values |= values

    def add_list(self, column: str, name: str, values: Any) -> None:
        self.add(" ".join((column, "IN", f":{name}")), **{name: list(values)})
        self.lists.append(name)

    def run(self, connection: Connection, *parts: str) -> list[Found]:
        binds: list[BindParameter[Any]] = [bindparam(name, expanding=True) for name in self.lists]
        binds += [
            bindparam(name, type_=UtcDateTime) for name in ("since", "until") if name in self.values
        ]
        statement = text(" ".join(parts)).bindparams(*binds)
        return [Found(*row) for row in connection.execute(statement, self.values)]


def find_messages(
    connection: Connection, wanted: Wanted, *, before: int | None, limit: int
) -> list[Found]:
    """The newest messages, older than `before`, newest first."""
    statement = _Statement()
    statement.values = {"limit": limit, "reader_id": wanted.reader_id}
    if connection.dialect.name == "sqlite":
        return _find_in_sqlite(connection, wanted, statement, before)
    return _find_in_postgresql(connection, wanted, statement, before)


def _find_in_sqlite(
    connection: Connection, wanted: Wanted, statement: _Statement, before: int | None
) -> list[Found]:
    # CROSS JOIN keeps the tables in this order, which is what makes the newest come first.
    few = _few(wanted)
    if few:
        source, key = f"({FEW[few]}) AS few", "few.message_id"
        for number, term in enumerate(_index_terms(wanted)):
            statement.add(
                f"instr(search_entries.terms, :mark{number}) > 0", **{f"mark{number}": term}
            )
    else:
        source, key = "search_index", "search_index.rowid"
        statement.add("search_index MATCH :match", match=_match(wanted))
    for number, term in enumerate(_long_terms(wanted)):
        statement.add(f"instr(search_entries.text, :term{number}) > 0", **{f"term{number}": term})
    if before is not None:
        statement.add(f"{key} < :before", before=before)
    _add_checks(wanted, statement, done=few)
    joined = (
        f"{source} CROSS JOIN search_entries ON search_entries.message_id = {key}"
        " CROSS JOIN messages ON messages.id = search_entries.message_id"
    )
    return statement.run(
        connection,
        "SELECT", _COLUMNS, "FROM", joined, _membership(wanted, "CROSS JOIN"),
        "WHERE", " AND ".join(statement.conditions),
        "ORDER BY", key, "DESC LIMIT :limit",
    )  # fmt: skip


def _find_in_postgresql(
    connection: Connection, wanted: Wanted, statement: _Statement, before: int | None
) -> list[Found]:
    in_index = _Statement()
    for number, term in enumerate(_long_terms(wanted)):
        in_index.add(f"text LIKE :term{number}", **{f"term{number}": f"%{_escaped(term)}%"})
    terms = [_lexeme(term) for term in _index_terms(wanted, with_pairs=True)]
    terms += ["(" + " | ".join(map(_lexeme, marks)) + ")" for marks in _alternatives(wanted)]
    if terms:
        in_index.add("terms @@ CAST(:terms AS tsquery)", terms=" & ".join(terms))
    older = "message_id < :before" if before is not None else "true"
    _add_checks(wanted, statement)
    statement.values |= in_index.values | {"before": before, "newest": NEWEST}
    matches = " AND ".join([older, *in_index.conditions])
    rest = (
        "JOIN messages ON messages.id = found.message_id", _membership(wanted, "JOIN"),
        "WHERE", " AND ".join(statement.conditions), "ORDER BY messages.id DESC LIMIT :limit",
    )  # fmt: skip
    found: list[Found] = []
    if not _few(wanted):
        newest = (
            f"SELECT * FROM search_entries WHERE {older} ORDER BY message_id DESC LIMIT :newest"
        )
        among = f"FROM (SELECT message_id FROM ({newest}) AS newest WHERE {matches}) AS found"
        found = statement.run(connection, "SELECT", _COLUMNS, among, *rest)
    if len(found) < statement.values["limit"]:
        # Materialized, so that the planner does not walk through all messages instead.
        indexed = (
            f"WITH found AS MATERIALIZED (SELECT message_id FROM search_entries WHERE {matches})"
        )
        found = statement.run(connection, indexed, "SELECT", _COLUMNS, "FROM found", *rest)
    return found


def _add_checks(wanted: Wanted, statement: _Statement, done: str | None = None) -> None:
    statement.add("messages.deleted_at IS NULL")
    if wanted.conversation_ids is not None:
        statement.add_list("messages.conversation_id", "conversation_ids", wanted.conversation_ids)
    if wanted.author_ids is not None:
        statement.add_list("messages.author_id", "author_ids", wanted.author_ids)
    if wanted.since is not None:
        statement.add("messages.created_at >= :since", since=wanted.since)
    if wanted.until is not None:
        statement.add("messages.created_at < :until", until=wanted.until)
    for name in sorted((wanted.is_ | wanted.has) & CHECKS.keys()):
        if name != done:
            statement.add(CHECKS[name])


def _membership(wanted: Wanted, join: str) -> str:
    if wanted.reader_id is None:
        return ""
    return (
        f"{join} memberships ON memberships.conversation_id = messages.conversation_id"
        " AND memberships.user_id = :reader_id"
    )


def _few(wanted: Wanted) -> str | None:
    """The filter of which there are the fewest messages."""
    return next((name for name in FEW if name in wanted.is_ | wanted.has), None)


def _long_terms(wanted: Wanted) -> list[str]:
    return [term for term in wanted.terms if not is_short(term)]


def _index_terms(wanted: Wanted, *, with_pairs: bool = False) -> list[str]:
    """Terms that a message has beside its text; all of them are needed."""
    terms = [padded(term) for term in wanted.terms if is_short(term)]
    if with_pairs:
        for term in filter(is_dense, _long_terms(wanted)):
            terms += sorted(pairs_of(term))
    return terms + [HAS[kind] for kind in HAS if kind in wanted.has]


def _alternatives(wanted: Wanted) -> list[list[str]]:
    """Lists of marks; of each list a message has one."""
    lists = [
        [mark(IN, id_) for id_ in wanted.conversation_ids or wanted.likely_conversation_ids],
        [mark(FROM, id_) for id_ in wanted.author_ids or ()],
    ]
    if wanted.since or wanted.until:
        lists.append(marks_between(wanted.since, wanted.until, utcnow()))
    return [marks for marks in lists if marks]


def _match(wanted: Wanted) -> str:
    """The query of SQLite's index: threes of characters, each in quotes."""
    terms = [three for term in _long_terms(wanted) for three in _threes(term)]
    parts = [f'"{_quoted(term)}"' for term in terms + _index_terms(wanted)]
    parts += ["(" + " OR ".join(f'"{each}"' for each in m) + ")" for m in _alternatives(wanted)]
    return " AND ".join(parts)


def _threes(term: str) -> list[str]:
    """Enough of a term's threes to cover it; the text itself is compared afterwards."""
    starts = {*range(0, len(term) - 2, 3), len(term) - 3}
    return [term[start : start + 3] for start in sorted(starts)]


def _quoted(term: str) -> str:
    return term.replace('"', '""')


def _escaped(term: str) -> str:
    """For LIKE."""
    return term.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _lexeme(term: str) -> str:
    """For a tsquery."""
    return "'" + term.replace("\\", "\\\\").replace("'", "''") + "'"
