"""Runs every benchmark and writes RESULTS.md: `make bench`, shorter with ARGS=--quick."""

import sys

from benchmarks import browser, fanout, pages, search, send
from benchmarks.report import write_results


def main(arguments: list[str]) -> None:
    is_quick = "--quick" in arguments
    tables = [
        *send.run(send.QUICK if is_quick else send.Plan()),
        *pages.run(pages.QUICK if is_quick else pages.Plan()),
        *browser.run(browser.QUICK if is_quick else browser.Plan()),
        *search.run(search.QUICK_SIZES if is_quick else search.SIZES),
        *fanout.run(fanout.QUICK if is_quick else fanout.Plan()),
    ]
    write_results(tables)
    print("\n".join(table.as_markdown() for table in tables))


if __name__ == "__main__":
    main(sys.argv[1:])
