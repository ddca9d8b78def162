"""The cost of sending a message, and the time to deliver it: Parley beside its peers.

python -m benchmarks.send [--quick]
"""

import sys
import time
from collections import defaultdict
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from statistics import median

from benchmarks.cores import client_core, cpu_seconds, on_core
from benchmarks.http_load import closed_loop, paced
from benchmarks.listener import listening
from benchmarks.peers import ejabberd, node_chat, synapse
from benchmarks.report import Bars, Table, percentile, spread, times
from benchmarks.targets import Target, running_monolith, running_parley

CONNECTIONS = 8
PACE = 50
SETTLE = 0.5
"""Seconds for work that follows the answer; its time counts too."""


@dataclass(frozen=True)
class Plan:
    """How much is sent; the same to every target in turn, `rounds` times."""

    rounds: int = 5
    warm_up: int = 300
    alone: int = 1000
    pressed: int = 2500
    paced: int = 500


QUICK = Plan(rounds=2, alone=300, pressed=600, paced=150)
Samples = dict[str, list[float]]
"""Figures by name, one per round; times in ms."""


def run(plan: Plan) -> list[Table]:
    """Measures every target in turn, round by round."""
    samples: dict[str, Samples] = {}
    with ExitStack() as stack:
        targets = [
            stack.enter_context(running_monolith()),
            *(stack.enter_context(peer) for peer in _peers()),
            *stack.enter_context(running_parley()),
        ]
        stack.enter_context(on_core(client_core()))
        for target in targets:
            _warm_up(target, plan)
        for number in range(plan.rounds):
            for target in targets:
                print(f"send: round {number + 1} of {plan.rounds}: {target.name}", flush=True)
                for name, value in _measure(target, plan).items():
                    samples.setdefault(target.name, defaultdict(list))[name].append(value)
    return [_overview(samples), _cpu_by_service(samples)]


def _peers() -> list[AbstractContextManager[Target]]:
    """Those that are installed (`deploy/tools/peers`)."""
    return [
        running()
        for module, running in (
            (node_chat, node_chat.running_node_chat),
            (synapse, synapse.running_synapse),
            (ejabberd, ejabberd.running_ejabberd),
        )
        if module.is_installed()
    ]


def _warm_up(target: Target, plan: Plan) -> None:
    closed_loop([target.sender()], plan.warm_up)


def _measure(target: Target, plan: Plan) -> dict[str, float]:
    return _alone(target, plan) | _pressed(target, plan) | _received(target, plan)


def _alone(target: Target, plan: Plan) -> dict[str, float]:
    """One sender who waits for each answer."""
    load = closed_loop([target.sender()], plan.alone)
    return {
        "accept p50": 1000 * percentile(load.latencies, 50),
        "accept p99": 1000 * percentile(load.latencies, 99),
    }


def _pressed(target: Target, plan: Plan) -> dict[str, float]:
    """As many messages as the core can process; no recipient is connected."""
    senders = [target.sender() for _ in range(CONNECTIONS)]
    before = _cpu(target)
    load = closed_loop(senders, plan.pressed)
    time.sleep(SETTLE)
    used = {name: _cpu(target)[name] - before[name] for name in before}
    per_message = {f"cpu {name}": 1000 * used[name] / plan.pressed for name in used}
    total = {"cpu": sum(per_message.values())}
    return {"accepted/s": load.per_second} | total | per_message


def _received(target: Target, plan: Plan) -> dict[str, float]:
    """A steady pace, and the time until the other person's handler runs."""
    recipient = target.recipient
    if recipient is None:
        return {}
    with listening(recipient.url, recipient.event, recipient.token) as listener:
        before = sum(_cpu(target).values())
        paced(target.sender(), plan.paced, PACE)
        seconds = listener.latencies(plan.paced)
        used = sum(_cpu(target).values()) - before
    return {
        "received p50": 1000 * percentile(seconds, 50),
        "received p99": 1000 * percentile(seconds, 99),
        "cpu with delivery": 1000 * used / plan.paced,
    }


def _cpu(target: Target) -> dict[str, float]:
    return {name: cpu_seconds(pids) for name, pids in target.processes.items()}


def _overview(samples: dict[str, Samples]) -> Table:
    figures = (
        "accepted/s", "cpu", "accept p50", "accept p99",
        "received p50", "received p99", "cpu with delivery",
    )  # fmt: skip
    rows = [
        [name, *(_cell(own, samples["monolith"], figure) for figure in figures)]
        for name, own in samples.items()
    ]
    return Table(
        "Sending a message from one person to another",
        f"Committed before the answer; SQLite. accepted/s and CPU per message: {CONNECTIONS}"
        " connections that send as fast as they are answered, nobody listening. accept: one"
        f" connection. received: {PACE} a second, from before the POST to the handler of a stock"
        " Python client on a WebSocket. Times in ms; CPU is that of all server processes.",
        ["", *figures],
        rows,
        Bars("send", "CPU per message, ms", {name: own["cpu"] for name, own in samples.items()}),
    )


def _cell(own: Samples, peer: Samples, figure: str) -> str:
    return spread(own[figure], peer[figure]) if own[figure] else "–"


def _cpu_by_service(samples: dict[str, Samples]) -> Table:
    rows = [
        [
            target,
            name.removeprefix("cpu "),
            times(median(values)),
            f"{min(values):.2f}–{max(values):.2f}",
        ]
        for target, own in samples.items()
        for name, values in own.items()
        if name.startswith("cpu ") and name != "cpu with delivery"
    ]
    return Table(
        "The same, CPU per message by process",
        "ms, nobody listening: what `cpu` above is made of.",
        ["sent to", "process", "median", "lowest–highest"],
        rows,
    )


if __name__ == "__main__":
    chosen = QUICK if "--quick" in sys.argv else Plan()
    print("\n".join(table.as_markdown() for table in run(chosen)))
