"""Searching among ten thousand and a million messages: the first page, and what indexing costs.

python -m benchmarks.search [--quick]
"""

import random
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from statistics import median

from flask_migrate import upgrade
from sqlalchemy import Connection, create_engine, text

from benchmarks.report import Table
from messages_service.app import MIGRATIONS, create_app
from messages_service.caller import Caller
from messages_service.indexing.catching_up import index_some
from messages_service.indexing.entries import Document, add_entry
from messages_service.search.parsing import parse
from messages_service.search.queries import find_messages
from messages_service.search.wanted import resolve
from messages_service.settings import MessagesSettings

SIZES = (10_000, 1_000_000)
QUICK_SIZES = (10_000, 100_000)
READER, AUTHORS, ROOMS, PAGE, ROUNDS = 1, 50, 200, 20, 15
FIRST_DAY = datetime(2022, 1, 1, tzinfo=UTC)
DAYS = 1800
COMMON = ("the", "and", "kitchen", "garden", "meeting", "東京", "会議")
QUERIES = {
    "common word": "the",
    "rare word": "raretoken",
    "part of a word": "itche",
    "two common words": "kitchen garden",
    "phrase": '"kitchen garden"',
    "no match": "qqqqzzzz",
    "two Chinese characters": "会議",
    "common word by one author": "kitchen from:person7",
    "common word in a quiet room": "kitchen in:room150",
    "common word of the first month": "kitchen before:2022-02-01",
    "files alone": "has:file",
    "common word, pinned": "the is:pinned",
}
FOR_ONE = "common word, reader of one quiet room"


def run(sizes: Sequence[int] = SIZES) -> list[Table]:
    """The first page of each query on each size, on SQLite."""
    figures: dict[str, list[float]] = {name: [] for name in (*QUERIES, FOR_ONE)}
    costs: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            print(f"search: filling {size} messages", flush=True)
            with filled(Path(folder) / f"{size}.sqlite3", size) as connection:
                for name, query in QUERIES.items():
                    figures[name].append(first_page_ms(connection, query))
                figures[FOR_ONE].append(first_page_ms(connection, "the", reader=2))
                costs.append(f"{indexing_us(connection, size):.0f}")
    rows = [
        [name, *(f"{value:.2f}" for value in values), f"×{values[-1] / values[0]:.2f}"]
        for name, values in figures.items()
    ]
    rows.append(["indexing a message (µs of CPU)", *costs, ""])
    note = (
        f"Milliseconds (p50 of {ROUNDS}) to find the first {PAGE} messages by SQLite's index,"
        f" names and membership included. {ROOMS} rooms of very different sizes; the reader is in"
        " all of them. Indexing is measured in one transaction, beside nothing else."
    )
    header = ["", *(f"{size:,}" for size in sizes), "ratio"]
    return [Table("Search", note, header, rows)]


def first_page_ms(connection: Connection, query: str, reader: int = READER) -> float:
    """The median time of what `GET /api/search` does before it describes the messages."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        wanted = resolve(connection, Caller(reader), parse(query), None, "UTC")
        find_messages(connection, wanted, before=None, limit=PAGE + 1)
        times.append(time.perf_counter() - start)
    return median(times) * 1000


def indexing_us(connection: Connection, size: int) -> float:
    """CPU time to index a message of twelve words; rolled back afterwards."""
    documents = list(_documents(size + 1, 500))
    insert_messages(connection, documents)
    start = time.process_time()
    for document in documents:
        add_entry(connection, document)
    index_some(connection)
    cost = time.process_time() - start
    connection.rollback()
    return cost / len(documents) * 1e6


@contextmanager
def filled(path: Path, size: int) -> Iterator[Connection]:
    """A migrated database with that number of messages."""
    url = f"sqlite:///{path}"
    settings = MessagesSettings(
        database_url=url,
        redis_url="redis://127.0.0.1:1",
        users_url="http://127.0.0.1:1",
        service_secret="s" * 32,
        log_level="ERROR",
    )
    with create_app(settings).app_context():
        upgrade(directory=str(MIGRATIONS))
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.execute(text("PRAGMA synchronous = OFF"))
        _add_places(connection)
        for first in range(1, size + 1, 20_000):
            some = list(_documents(first, min(20_000, size + 1 - first), size))
            insert_messages(connection, some)
            for document in some:
                add_entry(connection, document)
            connection.commit()
        _count_messages(connection)
        pins = "INSERT INTO pins SELECT id, conversation_id, seq, 1, created_at FROM messages"
        connection.execute(text(pins + " WHERE id % 997 = 0 LIMIT 100"))
        while index_some(connection):
            connection.commit()
        connection.execute(text("ANALYZE"))
        connection.commit()
        yield connection
    engine.dispose()


def insert_messages(connection: Connection, documents: Sequence[Document]) -> None:
    """Rows of `messages` alone; their logs are not needed."""
    rows = [
        {
            "id": each.message_id,
            "conversation_id": each.conversation_id,
            "author_id": each.author_id,
            "content": each.content,
            "created_at": each.created_at.strftime("%Y-%m-%d %H:%M:%S.000000"),
        }
        for each in documents
    ]
    statement = (
        "INSERT INTO messages (id, conversation_id, seq, author_id, content, html, created_at)"
        " VALUES (:id, :conversation_id, :id, :author_id, :content, :content, :created_at)"
    )
    connection.execute(text(statement), rows)


def _add_places(connection: Connection) -> None:
    profile = (
        "INSERT INTO profiles (id, name, nickname, nickname_key, role, active)"
        " VALUES (:id, :name, :name, :name, 'member', 1)"
    )
    people = [{"id": number, "name": f"person{number}"} for number in range(1, AUTHORS + 1)]
    connection.execute(text(profile), people)
    room = (
        "INSERT INTO conversations (id, kind, visibility, name, name_key, created_by, created_at,"
        " active_at) VALUES (:id, 'room', 'private', :name, :name, 1, :day, :day)"
    )
    membership = (
        "INSERT INTO memberships (conversation_id, user_id, role, joined_at)"
        " VALUES (:id, 1, 'member', :day)"
    )
    day = "2022-01-01 00:00:00.000000"
    rooms = [{"id": n, "name": f"room{n}", "day": day} for n in range(1, ROOMS + 1)]
    connection.execute(text(room), rooms)
    connection.execute(text(membership), rooms)
    connection.execute(text(membership.replace("1,", "2,")), rooms[149:150])
    connection.commit()


def _count_messages(connection: Connection) -> None:
    count = "SELECT count(*) FROM messages WHERE conversation_id = conversations.id"
    connection.execute(text(f"UPDATE conversations SET last_seq = ({count})"))


def _documents(first: int, count: int, size: int = 0) -> Iterator[Document]:
    chance = random.Random(first)
    for number in range(first, first + count):
        words = chance.choices(_WORDS, cum_weights=_WEIGHTS, k=chance.randint(4, 20))
        if number % 3331 == 0:
            words.append("raretoken")
        room = min(int(chance.paretovariate(0.6)), ROOMS)
        moment = FIRST_DAY + timedelta(days=DAYS) * (number / max(size, first + count))
        content = " ".join(words)
        document = Document(number, room, 1 + number % AUTHORS, moment, content, content)
        if number % 50 == 0:
            document.add_file("plan.pdf", None)
        yield document


def _vocabulary() -> list[str]:
    chance = random.Random(1)
    syllables = [c + v for c in "bcdfghklmnprst" for v in "aeiou"]
    made = ("".join(chance.choices(syllables, k=chance.randint(2, 4))) for _ in range(20_000))
    return [*COMMON, *made]


_WORDS = _vocabulary()
_WEIGHTS = list(accumulate(1 / (place + 3) for place in range(len(_WORDS))))


if __name__ == "__main__":
    tables = run(QUICK_SIZES if "--quick" in sys.argv else SIZES)
    print("\n".join(table.as_markdown() for table in tables))
