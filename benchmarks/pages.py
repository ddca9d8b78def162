"""The cost of the page of a conversation with 50 messages: monolith beside Parley.

python -m benchmarks.pages [--quick]
"""

import sys
import time
from collections import defaultdict
from contextlib import ExitStack
from dataclasses import dataclass

from benchmarks.cores import client_core, cpu_seconds, on_core
from benchmarks.http_load import Connection, closed_loop
from benchmarks.report import Bars, Table, percentile, spread
from benchmarks.targets import Target, running_monolith, running_parley

MESSAGES = 50
FIGURES = ("pages/s", "cpu", "p50", "p99")


@dataclass(frozen=True)
class Plan:
    """How many pages are asked for; the same of every target in turn, `rounds` times."""

    rounds: int = 5
    warm_up: int = 30
    pages: int = 300


QUICK = Plan(rounds=2, pages=100)


def run(plan: Plan) -> list[Table]:
    """Measures every target in turn, round by round."""
    samples: dict[str, dict[str, list[float]]] = {}
    with ExitStack() as stack:
        targets = [
            stack.enter_context(running_monolith()),
            stack.enter_context(running_parley())[1],
        ]
        stack.enter_context(on_core(client_core()))
        for target in targets:
            closed_loop([target.sender()], MESSAGES)
            _ask(target, plan.warm_up)
        for number in range(plan.rounds):
            for target in targets:
                print(f"pages: round {number + 1} of {plan.rounds}: {target.name}", flush=True)
                for name, value in _measure(target, plan).items():
                    samples.setdefault(target.name, defaultdict(list))[name].append(value)
    peer = samples["monolith"]
    rows = [[name, *(spread(own[f], peer[f]) for f in FIGURES)] for name, own in samples.items()]
    note = (
        f"The page with the {MESSAGES} messages of a conversation, asked for one after the other"
        " with the session's cookie. Times in ms; CPU is that of all server processes."
    )
    bars = Bars("pages", "CPU per page, ms", {name: own["cpu"] for name, own in samples.items()})
    return [Table("The page of a conversation", note, ["", *FIGURES], rows, bars)]


def _measure(target: Target, plan: Plan) -> dict[str, float]:
    pids = [pid for group in target.processes.values() for pid in group]
    before = cpu_seconds(pids)
    started = time.perf_counter()
    seconds = _ask(target, plan.pages)
    elapsed = time.perf_counter() - started
    return {
        "pages/s": plan.pages / elapsed,
        "cpu": 1000 * (cpu_seconds(pids) - before) / plan.pages,
        "p50": 1000 * percentile(seconds, 50),
        "p99": 1000 * percentile(seconds, 99),
    }


def _ask(target: Target, count: int) -> list[float]:
    """Seconds that each of `count` pages took."""
    connection = Connection(target.url)
    cookie = f"Cookie: {target.cookie}\r\n" if target.cookie else ""
    path = target.page()
    seconds = []
    for _ in range(count):
        started = time.perf_counter()
        status = connection.get(path, cookie)
        if status != 200:
            raise RuntimeError(f"GET {path} was answered with {status}")
        seconds.append(time.perf_counter() - started)
    return seconds


if __name__ == "__main__":
    chosen = QUICK if "--quick" in sys.argv else Plan()
    print("\n".join(table.as_markdown() for table in run(chosen)))
