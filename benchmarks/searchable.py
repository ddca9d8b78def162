"""Messages to search in: made of words as common and as rare as in a language, with their index."""

import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any

from psycopg import sql
from sqlalchemy import Connection, Engine, text

from benchmarks.reading import count_rows, filling
from messages_service.indexing.catching_up import index_some
from messages_service.indexing.entries import Document, entry_of
from messages_service.indexing.joined import joined

AUTHORS, ROOMS, BATCH = 50, 200, 20_000
MEMBER_OF_ALL, MEMBER_OF_ONE, MEMBER_OF_QUIET = 1, 2, 3
QUIET_ROOM = 150
QUIET_ROOMS = range(101, 200)
"""Rooms with a fiftieth of all messages."""
FIRST_DAY = datetime(2022, 1, 1, tzinfo=UTC)
DAYS = 1800
COMMON = ("the", "and", "kitchen", "garden", "meeting", "東京", "会議")
RARE_WORD = "raretoken"
SHORT_WORD = "ok"
EMAIL = "customer1240@example.org"
IDENTIFIER = "load_kitchen_settings"
PHRASE = "kitchen garden kitchen garden"
QUIET = "the kitchen and the garden"
RARE = (RARE_WORD, SHORT_WORD, EMAIL, IDENTIFIER, PHRASE, QUIET)
RARELY = 30
"""More than a page, in a small database as well."""
PINS = 100
FILLING_MEMORY, USUAL_MEMORY = 128 << 20, 1 << 20
"""Bytes in which SQLite's index collects what it has not written yet."""
COLUMNS = ("id", "conversation_id", "seq", "author_id", "content", "html", "created_at")
ENTRY_COLUMNS = ("message_id", "text", "terms")
INDEX = "ix_search_entries_text_terms"
"""Built when the rows are there: quicker, and the same in the end."""
INDEX_DEFINITION = "USING gin (text gin_trgm_ops, terms) WITH (gin_pending_list_limit = 256)"


def fill(engine: Engine, size: int) -> None:
    """Write that many messages with their entries into an empty database."""
    with filling(engine) as connection:
        _add_places(connection)
    write = _write_in_sqlite if engine.dialect.name == "sqlite" else _copy_to_postgresql
    write(engine, size)
    with filling(engine) as connection:
        count = "SELECT count(*) FROM messages WHERE conversation_id = conversations.id"
        connection.execute(text(f"UPDATE conversations SET last_seq = ({count})"))
        pins = "INSERT INTO pins SELECT id, conversation_id, seq, 1, created_at FROM messages"
        connection.execute(text(f"{pins} WHERE id % {size // PINS} = 0"))
    count_rows(engine)


def documents(first: int, count: int, size: int = 0) -> Iterator[Document]:
    """Messages of 4 to 20 words, the same ones each time."""
    chance, size = random.Random(first), max(size, first + count)
    for number in range(first, first + count):
        words = chance.choices(_WORDS, cum_weights=_WEIGHTS, k=chance.randint(4, 20))
        room = min(int(chance.paretovariate(0.6)), ROOMS)
        if number % 40 == 0:
            words.append(f"customer{number % 4000}@example.org")
        if number % 30 == 0:
            words.append(f"load_{_WORDS[number % 997]}_settings({number % 7})")
        if rare := _rare_words(number, size):
            words.append(rare)
            room = QUIET_ROOM if rare == QUIET else room
        moment = FIRST_DAY + timedelta(days=DAYS) * (number / size)
        content = " ".join(words)
        document = Document(number, room, 1 + number % AUTHORS, moment, content, content)
        if number % 50 == 0:
            document.add_file("plan.pdf", None)
        yield document


def _rare_words(number: int, size: int) -> str | None:
    """Each of them is in `RARELY` messages of a database, however large it is."""
    distance = size // RARELY // len(RARE)
    place, rest = divmod(number, distance)
    return RARE[place % len(RARE)] if rest == 0 else None


def insert_messages(connection: Connection, some: Sequence[Document]) -> None:
    """Rows of `messages` alone; their logs are not needed."""
    values = ", ".join(f":{name}" for name in COLUMNS)
    statement = f"INSERT INTO messages ({', '.join(COLUMNS)}) VALUES ({values})"
    rows = [dict(zip(COLUMNS, _row(document), strict=True)) for document in some]
    connection.execute(text(statement), rows)


def _row(document: Document) -> tuple[Any, ...]:
    number, moment = document.message_id, f"{document.created_at:%Y-%m-%d %H:%M:%S.000000}"
    place, author = document.conversation_id, document.author_id
    return number, place, number, author, document.content, f"<p>{document.content}</p>", moment


def _batches(size: int) -> Iterator[list[Document]]:
    for first in range(1, size + 1, BATCH):
        yield list(documents(first, min(BATCH, size + 1 - first), size))


def _write_in_sqlite(engine: Engine, size: int) -> None:
    entries = "INSERT INTO search_entries (message_id, text, terms) VALUES (?, ?, ?)"
    set_memory = "INSERT INTO search_index (search_index, rank) VALUES ('hashsize', ?)"
    with filling(engine) as connection:
        connection.exec_driver_sql(set_memory, (FILLING_MEMORY,))
    for some in _batches(size):
        with filling(engine) as connection:
            insert_messages(connection, some)
            rows = [(each.message_id, *_joined(entry_of(each))) for each in some]
            connection.exec_driver_sql(entries, rows)
            index_some(connection, batch=len(some))
    with filling(engine) as connection:
        connection.exec_driver_sql(set_memory, (USUAL_MEMORY,))


def _joined(entry: tuple[str, list[str]]) -> tuple[str, str]:
    return entry[0], "".join(entry[1])


def _copy_to_postgresql(engine: Engine, size: int) -> None:
    with filling(engine) as connection:
        connection.execute(text(f"DROP INDEX {INDEX}"))
    for some in _batches(size):
        with filling(engine) as connection:
            _copy(connection, "messages", COLUMNS, [_row(document) for document in some])
            entries = [(document.message_id, *entry_of(document)) for document in some]
            lines = [
                (number, joined(folded), _as_tsvector(terms)) for number, folded, terms in entries
            ]
            _copy(connection, "search_entries", ENTRY_COLUMNS, lines)
    with filling(engine) as connection:
        connection.execute(text(f"CREATE INDEX {INDEX} ON search_entries {INDEX_DEFINITION}"))


def _copy(
    connection: Connection, table: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table), names)
    cursor: Any = connection.connection.cursor()
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _as_tsvector(terms: Sequence[str]) -> str:
    quoted = (term.replace("\\", "\\\\").replace("'", "''") for term in terms)
    return " ".join(f"'{term}'" for term in quoted)


def _add_places(connection: Connection) -> None:
    day = "2022-01-01 00:00:00.000000"
    profile = (
        "INSERT INTO profiles (id, name, nickname, nickname_key, role, active)"
        " VALUES (:id, :name, :name, :name, 'member', :active)"
    )
    people = [{"id": n, "name": f"person{n}", "active": True} for n in range(1, AUTHORS + 1)]
    connection.execute(text(profile), people)
    room = (
        "INSERT INTO conversations (id, kind, visibility, name, name_key, created_by, created_at,"
        " active_at) VALUES (:id, 'room', 'private', :name, :name, 1, :day, :day)"
    )
    membership = (
        "INSERT INTO memberships (conversation_id, user_id, role, joined_at)"
        " VALUES (:room, :person, 'member', :day)"
    )
    rooms = range(1, ROOMS + 1)
    connection.execute(text(room), [{"id": n, "name": f"room{n}", "day": day} for n in rooms])
    members = [(MEMBER_OF_ALL, n) for n in rooms] + [(MEMBER_OF_ONE, QUIET_ROOM)]
    members += [(MEMBER_OF_QUIET, n) for n in QUIET_ROOMS]
    places = [{"room": place, "person": person, "day": day} for person, place in members]
    connection.execute(text(membership), places)


def _vocabulary() -> list[str]:
    chance = random.Random(1)
    syllables = [c + v for c in "bcdfghklmnprst" for v in "aeiou"]
    made = ("".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000))
    return [*COMMON, *made]


_WORDS = _vocabulary()
_WEIGHTS = list(accumulate(1 / (place + 3) for place in range(len(_WORDS))))
