"""Searching among ten thousand and a million messages: the first page, and what indexing costs.

python -m benchmarks.search [sqlite | postgresql] [--quick]
"""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from urllib.parse import urlencode

from benchmarks.reading import Sample, Service, databases
from benchmarks.report import Table, times
from benchmarks.searchable import (
    EMAIL,
    IDENTIFIER,
    MEMBER_OF_ALL,
    MEMBER_OF_ONE,
    MEMBER_OF_QUIET,
    PHRASE,
    QUIET_ROOM,
    RARE_WORD,
    RARELY,
    SHORT_WORD,
    documents,
    fill,
    insert_messages,
)
from messages_service.indexing.catching_up import index_some
from messages_service.indexing.entries import add_entries

ENGINES = ("sqlite", "postgresql")
SIZES = (10_000, 1_000_000)
QUICK_SIZES = (10_000, 100_000)
PAGE, ROUNDS, REQUESTS = 20, 5, 7
DOCUMENTS = 500


@dataclass(frozen=True)
class Asked:
    """A search: what is typed, by whom, and the order."""

    q: str
    person_id: int = MEMBER_OF_ALL
    order: str = "new"

    @property
    def path(self) -> str:
        return "/api/search?" + urlencode({"q": self.q, "order": self.order, "limit": PAGE})


SEARCHES = {
    "frequent word": Asked("the"),
    "frequent word, best first": Asked("the", order="best"),
    "rare word": Asked(RARE_WORD),
    "rare word, best first": Asked(RARE_WORD, order="best"),
    "no match": Asked("qqqqzzzz"),
    "two words": Asked("kitchen garden"),
    "two words, best first": Asked("kitchen garden", order="best"),
    "phrase": Asked('"kitchen garden"'),
    "rare phrase of frequent words": Asked(f'"{PHRASE}"'),
    "phrase of frequent words that nobody wrote": Asked(f'"{PHRASE} kitchen"'),
    "part of a word": Asked("itche"),
    "word of two letters": Asked(SHORT_WORD),
    "two Chinese characters": Asked("会議"),
    "five Chinese characters that nobody wrote": Asked("会議東京会"),
    "code identifier": Asked(IDENTIFIER),
    "e-mail address": Asked(EMAIL),
    "frequent word by one author": Asked("kitchen from:person7"),
    "one author": Asked("from:person7"),
    "frequent word in a quiet room": Asked(f"kitchen in:room{QUIET_ROOM}"),
    "frequent word of the first month": Asked("kitchen before:2022-02-01"),
    "files": Asked("has:file"),
    "frequent word, with a file": Asked("kitchen has:file"),
    "frequent word, pinned": Asked("the is:pinned"),
    "frequent word, member of one quiet room": Asked("the", MEMBER_OF_ONE),
    "rare word, member of one quiet room": Asked(RARE_WORD, MEMBER_OF_ONE),
    "two words, member of 99 quiet rooms": Asked("kitchen garden", MEMBER_OF_QUIET),
}


def run(sizes: Sequence[int] = SIZES, engines: Sequence[str] = ENGINES) -> list[Table]:
    """The first page of each search on each size, the sizes in turn."""
    return [_table(engine, sizes) for engine in engines]


def _table(engine: str, sizes: Sequence[int]) -> Table:
    with databases(engine, len(sizes)) as urls:
        services, written = [], []
        for url, size in zip(urls, sizes, strict=True):
            service = Service(url)
            written.append(_fill(service, size))
            services.append(service)
        samples, counts = measured(services), found(services)
        costs = [indexing_us(service, size) for service, size in zip(services, sizes, strict=True)]
    return table_of(engine, sizes, samples, counts, costs, written)


def table_of(
    engine: str,
    sizes: Sequence[int],
    samples: Mapping[str, Sequence[Sample]],
    counts: Mapping[str, Sequence[int]],
    costs: Sequence[float],
    written: Sequence[str],
) -> Table:
    rows = [_row(name, counts[name], of_sizes) for name, of_sizes in samples.items()]
    note = (
        f"{engine}. A request for the first {PAGE} messages, in process: p50 in ms, with the CPU"
        " time of the service and the database in parentheses; the ratio is that of the CPU times."
        f" Rare words and phrases are in {RARELY} messages of each database, and the numbers of"
        f" messages on the page are given. Medians of {ROUNDS} rounds in turn, of {REQUESTS}"
        " requests each. 200 rooms of"
        " very different sizes; the reader is in all of them, if not said otherwise. Indexing a"
        f" message costs {' and '.join(f'{cost:.0f}' for cost in costs)} µs of CPU."
        f" {' '.join(written)}"
    )
    header = ["", "found", *(f"{size:,} messages" for size in sizes), "ratio"]
    return Table(f"Search: {engine}", note, header, rows)


def found(services: Sequence[Service]) -> dict[str, list[int]]:
    """The numbers of messages on the first page of each search."""
    return {
        name: [len(service.get(asked.path, asked.person_id)) for service in services]
        for name, asked in SEARCHES.items()
    }


def measured(services: Sequence[Service]) -> dict[str, list[Sample]]:
    """For each search a sample of each service."""
    rounds: dict[str, list[list[Sample]]] = {name: [] for name in SEARCHES}
    for _ in range(ROUNDS):
        for name, asked in SEARCHES.items():
            of_all = [service.ask(asked.path, REQUESTS, asked.person_id) for service in services]
            rounds[name].append(of_all)
    return {
        name: [
            Sample(median(each.wall for each in column), median(each.cpu for each in column))
            for column in zip(*samples, strict=True)
        ]
        for name, samples in rounds.items()
    }


def _row(name: str, counts: Sequence[int], samples: Sequence[Sample]) -> list[str]:
    cells = [f"{times(each.wall)} ({times(each.cpu)})" for each in samples]
    ratio = f"{samples[-1].cpu / samples[0].cpu:.2f}"
    return [name, " / ".join(map(str, counts)), *cells, ratio]


def _fill(service: Service, size: int) -> str:
    started = time.perf_counter()
    fill(service.engine, size)
    seconds = time.perf_counter() - started
    written = (
        f"{size:,} messages were written in {seconds:.0f} s and take"
        f" {service.disk_bytes() / 1e6:,.0f} MB."
    )
    print(f"search: {written}", flush=True)
    return written


def indexing_us(service: Service, size: int) -> float:
    """CPU time to index a message of twelve words; rolled back afterwards."""
    some = list(documents(size + 1, DOCUMENTS))
    with service.engine.connect() as connection:
        insert_messages(connection, some)
        cpu_seconds = service.cpu_clock()
        started = cpu_seconds()
        add_entries(connection, some)
        if service.engine.dialect.name == "sqlite":
            index_some(connection)
        spent = cpu_seconds() - started
        connection.rollback()
    return 1e6 * spent / len(some)


if __name__ == "__main__":
    engines = [name for name in ENGINES if name in sys.argv] or ENGINES
    for table in run(QUICK_SIZES if "--quick" in sys.argv else SIZES, engines):
        print(table.as_markdown())
