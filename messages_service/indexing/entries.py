"""Write the search index; always in the transaction that changes the message."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import ARRAY, Connection, Text, bindparam, delete, func, select

from messages_service.attachments.models import attachments
from messages_service.forwards.models import forwards
from messages_service.indexing.folding import fold
from messages_service.indexing.joined import joined
from messages_service.indexing.models import search_entries
from messages_service.indexing.terms import HAS, Has, marks_of, short_terms
from messages_service.models import messages
from messages_service.polls.models import poll_choices, polls
from messages_service.prepared import PreparedInsert


@dataclass(slots=True)
class Document:
    """A message as it is searched."""

    message_id: int
    conversation_id: int
    author_id: int
    created_at: datetime
    content: str
    html: str
    others: list[str] = field(default_factory=list)
    """Names and descriptions of files, the poll's question and choices, what is forwarded."""
    has: set[Has] = field(default_factory=set)

    def add_file(self, name: str, alt: str | None) -> None:
        self.has.add("file")
        self.others += [name, alt or ""]

    def add_poll(self, question: str, choices: Iterable[str]) -> None:
        self.has.add("poll")
        self.others += [question, *choices]

    def add_forward(self, content: str, html: str) -> None:
        self.others.append(content)
        self.html += html


def add_entries(connection: Connection, documents: Iterable[Document]) -> None:
    """Index new messages."""
    is_sqlite = connection.dialect.name == "sqlite"
    insert_entries = _insert_in_sqlite if is_sqlite else _insert_in_postgresql
    insert_entries.rows(connection, [_row_of(document, is_sqlite) for document in documents])


def _row_of(document: Document, is_sqlite: bool) -> dict[str, object]:
    text, terms = entry_of(document)
    return {
        "message_id": document.message_id,
        "text": text if is_sqlite else joined(text),
        "terms": "".join(terms) if is_sqlite else terms,
    }


def entry_of(document: Document) -> tuple[str, list[str]]:
    """The folded text of a message, and the terms that it is found by beside its text."""
    text = fold("\n".join([document.content, *document.others]))
    terms = marks_of(document.conversation_id, document.author_id, document.created_at)
    terms += [HAS[kind] for kind in HAS if kind in document.has]
    if _has_link(document.html):
        terms.append(HAS["link"])
    return text, terms + sorted(short_terms(text))


def remove_entries(connection: Connection, message_ids: Collection[int]) -> None:
    """Messages that are deleted cannot be found."""
    gone = delete(search_entries).where(search_entries.c.message_id.in_(message_ids))
    connection.execute(gone)


def refresh_entries(connection: Connection, message_ids: Collection[int]) -> None:
    """Index these messages as they are now; deleted ones leave the index."""
    remove_entries(connection, message_ids)
    add_entries(connection, _documents(connection, list(message_ids)))


def _documents(connection: Connection, message_ids: Sequence[int]) -> Iterable[Document]:
    columns = ("id", "conversation_id", "author_id", "created_at", "content", "html")
    living = select(*(messages.c[name] for name in columns)).where(
        messages.c.id.in_(message_ids), messages.c.deleted_at.is_(None)
    )
    found = {row.id: Document(*row) for row in connection.execute(living)}
    _add_files(connection, found)
    _add_polls(connection, found)
    of_messages = forwards.c.message_id.in_(list(found))
    forwarded = select(forwards.c.message_id, forwards.c.content, forwards.c.html)
    for message_id, content, html in connection.execute(forwarded.where(of_messages)):
        found[message_id].add_forward(content, html)
    return found.values()


def _add_files(connection: Connection, found: dict[int, Document]) -> None:
    files = (
        select(attachments.c.message_id, attachments.c.name, attachments.c.alt)
        .where(attachments.c.message_id.in_(list(found)))
        .order_by(attachments.c.message_id, attachments.c.position)
    )
    for message_id, name, alt in connection.execute(files):
        found[message_id].add_file(name, alt)


def _add_polls(connection: Connection, found: dict[int, Document]) -> None:
    of_messages = polls.c.message_id.in_(list(found))
    listed = (
        select(polls.c.message_id, polls.c.question, poll_choices.c.choice)
        .join(poll_choices, poll_choices.c.poll_id == polls.c.id)
        .where(of_messages)
        .order_by(polls.c.id, poll_choices.c.position)
    )
    asked: dict[int, tuple[str, list[str]]] = {}
    for message_id, question, choice in connection.execute(listed):
        asked.setdefault(message_id, (question, []))[1].append(choice)
    for message_id, (question, choices) in asked.items():
        found[message_id].add_poll(question, choices)


def _has_link(html: str) -> bool:
    return 'href="http' in html or 'href="mailto:' in html


_COLUMNS = ("message_id", "text", "terms")
_insert_in_sqlite = PreparedInsert(search_entries, _COLUMNS)
_insert_in_postgresql = PreparedInsert(
    search_entries,
    _COLUMNS,
    made={"terms": lambda name: func.array_to_tsvector(bindparam(name, type_=ARRAY(Text)))},
)
