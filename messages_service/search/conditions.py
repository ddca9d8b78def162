"""Parts of statements for both engines: terms of the index, and checks of columns."""

from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from sqlalchemy import BindParameter, Connection, bindparam, text

from messages_service.indexing.terms import (
    FROM,
    HAS,
    IN,
    is_short,
    mark,
    marks_between,
    padded,
)
from messages_service.search.wanted import Wanted
from servicekit.data.columns import UtcDateTime
from servicekit.times import utcnow

CHECKS: Final = {
    "pinned": "EXISTS (SELECT 1 FROM pins WHERE pins.message_id = messages.id)",
    "saved": "EXISTS (SELECT 1 FROM saved_messages WHERE saved_messages.message_id = messages.id"
    " AND saved_messages.user_id = :reader_id)",
    "reaction": "EXISTS (SELECT 1 FROM reactions WHERE reactions.message_id = messages.id)",
    "thread": "(messages.thread_id IS NOT NULL OR messages.reply_count > 0)",
}
COLUMNS: Final = (
    "messages.id, length(messages.content) + length(messages.html) + messages.quoted_size AS size"
)


class Found(NamedTuple):
    """The id of a message, and the characters that it adds to a page."""

    id: int
    size: int


@dataclass
class Statement:
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


def add_checks(wanted: Wanted, statement: Statement, done: str | None = None) -> None:
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


def membership(wanted: Wanted, join: str) -> str:
    if wanted.reader_id is None:
        return ""
    return (
        f"{join} memberships ON memberships.conversation_id = messages.conversation_id"
        " AND memberships.user_id = :reader_id"
    )


def long_terms(wanted: Wanted) -> list[str]:
    return [term for term in wanted.terms if not is_short(term)]


def index_terms(wanted: Wanted) -> list[str]:
    """Terms that a message has beside its text; all of them are needed."""
    short = [padded(term) for term in wanted.terms if is_short(term)]
    return short + [HAS[kind] for kind in HAS if kind in wanted.has]


def alternatives(wanted: Wanted) -> list[list[str]]:
    """Lists of marks; of each list a message has one."""
    lists = [
        [mark(IN, id_) for id_ in wanted.conversation_ids or wanted.likely_conversation_ids],
        [mark(FROM, id_) for id_ in wanted.author_ids or ()],
    ]
    if wanted.since or wanted.until:
        lists.append(marks_between(wanted.since, wanted.until, utcnow()))
    return [marks for marks in lists if marks]
