"""How the time of reads grows with the history: 10 thousand messages beside many more.

python -m benchmarks.growth [sqlite | postgresql] [--messages=1000000]

Asks messages_service in this process, so that nothing is measured but the service and its database.
The ratio is that of their CPU time, which other work of the machine changes least.
"""

import sys
import time
from collections.abc import Sequence
from statistics import median

from benchmarks.history import LONGEST_ID, PERSON_ID, History, fill
from benchmarks.reading import Sample, Service, databases
from benchmarks.report import Table, times

ROUNDS = 7
REQUESTS = 20
SMALL = History(messages=10_000, conversations=1_000)
CONVERSATIONS = 100_000
LARGE = {"sqlite": 1_000_000, "postgresql": 1_000_000}


def run(engine: str, messages: int) -> list[Table]:
    """Fill both histories, and ask them in turn."""
    histories = (SMALL, History(messages, min(CONVERSATIONS, messages // 10)))
    with databases(engine, len(histories)) as urls:
        services, written = [], []
        for url, history in zip(urls, histories, strict=True):
            services.append(Service(url))
            written.append(_fill(services[-1], history))
        rounds = [_round(services, histories) for _ in range(ROUNDS)]
    rows = [_row(name, [each[name] for each in rounds]) for name in rounds[0]]
    note = (
        f"{engine}. One person with 500 conversations, of which the longest has a tenth of all"
        f" messages; in all {SMALL.conversations:,} and {histories[1].conversations:,}"
        " conversations. p50 in ms, in process, with the CPU time of the service and the database"
        f" in parentheses; the ratio is that of the CPU times, with its extremes. Medians of"
        f" {ROUNDS} rounds in turn. {' '.join(written)}"
    )
    header = ["", *(f"{history.messages:,} messages" for history in histories), "ratio"]
    return [Table(f"Reads beside a long history: {engine}", note, header, rows)]


def paths(history: History) -> dict[str, str]:
    """The measured paths, by their names in the table."""
    longest = f"/api/conversations/{LONGEST_ID}"
    last_seq = history.in_longest
    return {
        "first page": f"{longest}/messages?limit=50",
        "a page in the middle": f"{longest}/messages?limit=50&before={last_seq // 2}",
        "catching up by 100 events": f"{longest}/events?since={last_seq - 100}&limit=100",
        "one conversation with its unread count": longest,
        "list of conversations with unread counts": "/api/conversations?limit=200",
    }


def _fill(service: Service, history: History) -> str:
    started = time.perf_counter()
    fill(service.engine, history)
    seconds = time.perf_counter() - started
    written = (
        f"{history.messages:,} messages were written in {seconds:.0f} s and take"
        f" {service.disk_bytes() / 1e6:,.0f} MB."
    )
    print(f"growth: {written}", flush=True)
    return written


def _round(services: Sequence[Service], histories: Sequence[History]) -> dict[str, list[Sample]]:
    """A sample of each service for every path."""
    asked = list(zip(services, map(paths, histories), strict=True))
    return {
        name: [service.ask(of_one[name], REQUESTS, PERSON_ID) for service, of_one in asked]
        for name in paths(SMALL)
    }


def _row(name: str, rounds: Sequence[Sequence[Sample]]) -> list[str]:
    cells = [
        f"{times(median(each.wall for each in column))}"
        f" ({times(median(each.cpu for each in column))})"
        for column in zip(*rounds, strict=True)
    ]
    ratios = [large.cpu / small.cpu for small, large in rounds]
    return [name, *cells, f"{median(ratios):.2f} ({min(ratios):.2f}–{max(ratios):.2f})"]


if __name__ == "__main__":
    engines = [name for name in LARGE if name in sys.argv] or list(LARGE)
    wanted = [int(a.partition("=")[2]) for a in sys.argv if a.startswith("--messages=")]
    for engine in engines:
        for table in run(engine, wanted[0] if wanted else LARGE[engine]):
            print(table.as_markdown())
