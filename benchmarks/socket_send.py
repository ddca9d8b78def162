"""The cost of `text` over the socket: Parley beside a chat in one Node file.

python -m benchmarks.socket_send [--quick]
"""

import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from benchmarks.cores import client_core, cpu_seconds, on_core, server_core
from benchmarks.peers import node_chat
from benchmarks.report import Bars, Table, percentile, spread
from benchmarks.socket_load import Sockets, socket_loop
from benchmarks.targets import UNLIMITED, folder_of_server
from tests.support.stack import Stack

SOCKETS = 8
IN_FLIGHT = (1, 32)
SETTLE = 0.5
FIGURES = ("acknowledged/s", "cpu", "p50", "p99")
Samples = dict[tuple[str, int], dict[str, list[float]]]
"""By server and messages in flight on a socket: each figure, one value a round."""


@dataclass(frozen=True)
class Plan:
    """How much is sent; the same to every server in turn, `rounds` times."""

    rounds: int = 5
    warm_up: int = 300
    messages: int = 4000


QUICK = Plan(rounds=2, messages=1500)


@dataclass(frozen=True)
class Server:
    sockets: Sockets
    pids: list[int]


def run(plan: Plan) -> list[Table]:
    """Measures every server in turn, round by round."""
    samples: Samples = {}
    with ExitStack() as stack:
        servers = {"Parley": stack.enter_context(_running_parley())}
        if node_chat.is_installed():
            servers = {node_chat.NAME: stack.enter_context(_running_node()), **servers}
        stack.enter_context(on_core(client_core()))
        for server in servers.values():
            socket_loop(server.sockets, 1, plan.warm_up)
        for number in range(plan.rounds):
            for name, server in servers.items():
                print(f"socket: round {number + 1} of {plan.rounds}: {name}", flush=True)
                for in_flight in IN_FLIGHT:
                    figures = samples.setdefault((name, in_flight), {})
                    for figure, value in _measure(server, in_flight, plan.messages).items():
                        figures.setdefault(figure, []).append(value)
    return [_table(samples)]


@contextmanager
def _running_parley() -> Iterator[Server]:
    with folder_of_server() as folder:
        with on_core(server_core()):
            stack = Stack(folder, environ=UNLIMITED)
            stack.start()
        try:
            alice, bob = stack.sign_up("alice"), stack.sign_up("bob")
            message = {"recipient_id": bob.id, "content": "Hello"}
            room = alice.api.post("/api/messages", json=message).json()["conversation_id"]
            pids = [process.pid for process in stack.processes.values()]
            pids.append(stack.redis.process.pid)
            yield Server(Sockets(stack.realtime_url, [alice.token] * SOCKETS, room), pids)
        finally:
            stack.stop()


@contextmanager
def _running_node() -> Iterator[Server]:
    with node_chat.running_node_chat() as target:
        tokens = [str(node_chat.AUTHOR)] * SOCKETS
        yield Server(
            Sockets(target.url, tokens, node_chat.RECIPIENT), list(target.processes["node"])
        )


def _measure(server: Server, in_flight: int, messages: int) -> Mapping[str, float]:
    before = cpu_seconds(server.pids)
    load = socket_loop(server.sockets, in_flight, messages)
    time.sleep(SETTLE)
    return {
        "acknowledged/s": load.per_second,
        "cpu": 1000 * (cpu_seconds(server.pids) - before) / messages,
        "p50": 1000 * percentile(load.latencies, 50),
        "p99": 1000 * percentile(load.latencies, 99),
    }


def _table(samples: Samples) -> Table:
    rows = []
    for in_flight in IN_FLIGHT:
        peer = samples.get((node_chat.NAME, in_flight)) or samples["Parley", in_flight]
        rows += [
            [name, str(SOCKETS * each), *(spread(own[f], peer[f]) for f in FIGURES)]
            for (name, each), own in samples.items()
            if each == in_flight
        ]
    return Table(
        "Sending over sockets",
        f"`text` with an acknowledgement after the commit, from {SOCKETS} sockets of one person,"
        " who all receive it as well. Times in ms; CPU is that of all server processes, per"
        " message.",
        ["", "in flight", *FIGURES],
        rows,
        Bars(
            "socket_send",
            "CPU per message, ms",
            {
                f"{name}, {SOCKETS * each} in flight": own["cpu"]
                for (name, each), own in samples.items()
            },
        ),
    )


if __name__ == "__main__":
    chosen = QUICK if "--quick" in sys.argv else Plan()
    print("\n".join(table.as_markdown() for table in run(chosen)))
