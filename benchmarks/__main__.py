"""Runs the benchmarks that are named, or all, and writes RESULTS.md.

python -m benchmarks [--quick] [NAME...]
"""

import sys
from collections.abc import Callable

from benchmarks import (
    browser,
    fanout,
    growth,
    pages,
    reconnect,
    rooms,
    search,
    send,
    socket_send,
    upload,
)
from benchmarks.report import Table, record

# By name: how to run it, thoroughly or quickly.
BENCHMARKS: dict[str, Callable[[bool], list[Table]]] = {
    "send": lambda quick: send.run(send.QUICK if quick else send.Plan()),
    "socket_send": lambda quick: socket_send.run(
        socket_send.QUICK if quick else socket_send.Plan()
    ),
    "pages": lambda quick: pages.run(pages.QUICK if quick else pages.Plan()),
    "fanout": lambda quick: fanout.run(fanout.QUICK if quick else fanout.Plan()),
    "rooms": lambda quick: rooms.run(rooms.QUICK if quick else rooms.Plan()),
    "reconnect": lambda quick: reconnect.run(reconnect.QUICK if quick else reconnect.Plan()),
    "browser": lambda quick: browser.run(browser.QUICK if quick else browser.Plan()),
    "search": lambda quick: search.run(search.QUICK_SIZES if quick else search.SIZES),
    "growth_sqlite": lambda quick: growth.run("sqlite", 100_000 if quick else 1_000_000),
    "growth_postgresql": lambda quick: growth.run("postgresql", 100_000 if quick else 10_000_000),
    "upload": lambda quick: upload.run(upload.QUICK if quick else upload.Plan()),
}
# The main ratios, in five minutes.
QUICK = ("send", "socket_send", "pages", "fanout")


def main(arguments: list[str]) -> None:
    is_quick = "--quick" in arguments
    named = [name for name in arguments if not name.startswith("--")]
    if unknown := set(named) - BENCHMARKS.keys():
        sys.exit(f"No benchmark {', '.join(unknown)}; there are {', '.join(BENCHMARKS)}.")
    for name in named or (QUICK if is_quick else BENCHMARKS):
        tables = BENCHMARKS[name](is_quick)
        print("\n".join(table.as_markdown() for table in tables), flush=True)
        if not is_quick:
            record(name, tables, BENCHMARKS)


if __name__ == "__main__":
    main(sys.argv[1:])
