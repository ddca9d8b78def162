"""Fan-out: one room of many sockets, messages published through Redis; CPU per delivery, latency,
memory.

python -m benchmarks.fanout [--quick]
"""

import json
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import redis

from benchmarks.cores import cpu_seconds
from benchmarks.neighbours import Neighbours
from benchmarks.realtime_servers import NODE, WARM_UP, memory_of, parley, peers
from benchmarks.report import Bars, Table, percentile, spread
from benchmarks.swarm_process import Outcome, SwarmProcess
from tests.support.redis_server import RedisServer

BURST, STEADY_RATE = 500, 20
TEXT = "x" * 120


@dataclass(frozen=True)
class Plan:
    """How much to measure."""

    sockets: int = 1000
    rounds: int = 3
    steady_seconds: int = 10


QUICK = Plan(sockets=300, rounds=1, steady_seconds=3)


@dataclass
class Figures:
    """The figures of one server; microseconds, milliseconds, seconds, KB."""

    burst_cpu: list[float] = field(default_factory=list)
    steady_cpu: list[float] = field(default_factory=list)
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)
    connecting: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def run(plan: Plan) -> list[Table]:
    """Each server in turn, in every round."""
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder))
        try:
            figures = _measure_all(plan, server, Path(folder))
        finally:
            server.stop()
    return [_table(plan, figures)]


def _measure_all(plan: Plan, redis_server: RedisServer, folder: Path) -> dict[str, Figures]:
    neighbours = Neighbours()
    servers = [
        *peers(redis_server.url, folder),
        *(parley(driver, redis_server.url, neighbours) for driver in ("eventlet", "gevent")),
    ]
    figures = {server.name: Figures() for server in servers}
    for number in range(plan.rounds):
        for server in servers:
            print(f"fanout: round {number + 1} of {plan.rounds}: {server.name}", flush=True)
            tokens = [neighbours.token(n + 1) for n in range(plan.sockets)]
            with server.running(folder, tokens[:WARM_UP]) as (url, pid):
                _measure(plan, url, pid, tokens, redis_server.client, figures[server.name])
    neighbours.stop()
    return figures


def _measure(
    plan: Plan, url: str, pid: int, tokens: list[str], store: redis.Redis, figures: Figures
) -> None:
    with SwarmProcess.connecting(url) as swarm:
        before = memory_of(pid)
        figures.connecting.append(swarm.connect(tokens))
        time.sleep(2)
        figures.memory.append((memory_of(pid) - before) / 1024 / plan.sockets)
        _measure_burst(plan, pid, store, swarm, figures)
        time.sleep(1)
        _measure_steady(plan, pid, store, swarm, figures)


def _measure_burst(
    plan: Plan, pid: int, store: redis.Redis, swarm: SwarmProcess, figures: Figures
) -> None:
    swarm.expect(BURST)
    before = cpu_seconds([pid])
    with store.pipeline(transaction=False) as pipeline:
        for seq in range(BURST):
            pipeline.publish(topic(1), event(1, seq + 1))
        pipeline.execute()
    check(swarm.wait(60), BURST * plan.sockets)
    figures.burst_cpu.append((cpu_seconds([pid]) - before) / (BURST * plan.sockets) * 1e6)


def _measure_steady(
    plan: Plan, pid: int, store: redis.Redis, swarm: SwarmProcess, figures: Figures
) -> None:
    count = STEADY_RATE * plan.steady_seconds
    swarm.expect(count)
    before = cpu_seconds([pid])
    started = time.monotonic()
    for number in range(count):
        time.sleep(max(0, started + number / STEADY_RATE - time.monotonic()))
        store.publish(topic(1), event(1, BURST + number + 1))
    outcome = swarm.wait(20)
    check(outcome, count * plan.sockets)
    figures.steady_cpu.append((cpu_seconds([pid]) - before) / (count * plan.sockets) * 1e6)
    figures.p50.append(percentile(outcome.latencies, 50) * 1000)
    figures.p99.append(percentile(outcome.latencies, 99) * 1000)


def topic(conversation_id: int) -> str:
    return f"parley:conversation:{conversation_id}"


def event(conversation_id: int, seq: int) -> str:
    """A message as messages_service publishes it, with the time at which it was published."""
    return json.dumps(
        {
            "conversation_id": conversation_id,
            "seq": seq,
            "epoch": "e",
            "type": "message.created",
            "date": "2026-01-01T00:00:00.000000Z",
            "data": {"t": round(time.time(), 5), "content": TEXT},
        },
        separators=(",", ":"),
    )


def check(outcome: Outcome, expected: int) -> None:
    """Raises RuntimeError unless every client received everything."""
    if outcome.received != expected or outcome.lost:
        raise RuntimeError(
            f"{outcome.received} of {expected} received, {outcome.lost} sockets lost"
        )


def _table(plan: Plan, figures: Mapping[str, Figures]) -> Table:
    peer = figures.get(NODE) or next(iter(figures.values()))
    fields = ("burst_cpu", "steady_cpu", "p50", "p99", "connecting", "memory")
    rows = [
        [name, *(spread(getattr(own, key), getattr(peer, key)) for key in fields)]
        for name, own in figures.items()
    ]
    return Table(
        f"Fan-out to {plan.sockets:,} sockets in one room",
        f"{BURST} events at once; then {STEADY_RATE} a second. CPU of the server's process.",
        (
            "server",
            "burst, µs a delivery",
            "steady, µs a delivery",
            "latency p50, ms",
            "p99, ms",
            "connecting, s",
            "KB a socket",
        ),
        rows,
        Bars(
            "fanout",
            f"CPU per delivery at {STEADY_RATE} messages a second, µs",
            {name: own.steady_cpu for name, own in figures.items()},
        ),
    )


if __name__ == "__main__":
    for table in run(QUICK if "--quick" in sys.argv else Plan()):
        print(table.as_markdown())
