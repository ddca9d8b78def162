"""Fan-out at other sizes: many small rooms, and one large room over two processes.

python -m benchmarks.rooms [--quick]
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from benchmarks.cores import cpu_seconds
from benchmarks.fanout import check, event, topic
from benchmarks.neighbours import Neighbours
from benchmarks.realtime_servers import WARM_UP, parley
from benchmarks.report import Bars, Table, spread
from benchmarks.swarm_process import SwarmProcess
from tests.support.redis_server import RedisServer

DELIVERIES_PER_SECOND = 20_000
DRIVER = "eventlet"


@dataclass(frozen=True)
class Shape:
    """How sockets are spread over rooms and processes."""

    name: str
    rooms: int
    sockets_per_room: int
    processes: int = 1

    @property
    def sockets(self) -> int:
        return self.rooms * self.sockets_per_room


@dataclass(frozen=True)
class Plan:
    shapes: Sequence[Shape] = (
        Shape("one room of 1,000", 1, 1000),
        Shape("1,000 rooms of 10", 1000, 10),
        Shape("one room of 10,000 over two processes", 1, 10_000, processes=2),
    )
    rounds: int = 5
    seconds: int = 10


QUICK = Plan(
    shapes=(
        Shape("one room of 1,000", 1, 1000),
        Shape("300 rooms of 10", 300, 10),
        Shape("one room of 3,000 over two processes", 1, 3000, processes=2),
    ),
    rounds=2,
    seconds=3,
)


def run(plan: Plan) -> list[Table]:
    """Each shape in turn, in every round."""
    samples: dict[str, list[float]] = {shape.name: [] for shape in plan.shapes}
    with tempfile.TemporaryDirectory() as folder:
        server = RedisServer(Path(folder))
        try:
            for number in range(plan.rounds):
                for shape in plan.shapes:
                    print(f"rooms: round {number + 1} of {plan.rounds}: {shape.name}", flush=True)
                    cost = _measure(shape, plan.seconds, server, Path(folder))
                    samples[shape.name].append(cost)
        finally:
            server.stop()
    peer = samples[plan.shapes[0].name]
    rows = [[name, spread(own, peer)] for name, own in samples.items()]
    note = (
        f"Some {DELIVERIES_PER_SECOND:,} deliveries a second in each case, spread evenly over the"
        " rooms; CPU of all server processes, which share one core."
    )
    bars = Bars("rooms", "CPU per delivery, µs", samples)
    return [
        Table("Fan-out to many rooms and many sockets", note, ("", "µs a delivery"), rows, bars)
    ]


def _measure(shape: Shape, seconds: int, server: RedisServer, folder: Path) -> float:
    """Microseconds of CPU per delivery."""
    neighbours = Neighbours()
    neighbours.members = {n + 1: [n % shape.rooms + 1] for n in range(shape.sockets)}
    tokens = [neighbours.token(n + 1) for n in range(shape.sockets)]
    try:
        with _connected(shape, tokens, neighbours, server.url, folder) as (swarms, pids):
            time.sleep(2)
            return _publish(shape, seconds, server.client, swarms, pids)
    finally:
        neighbours.stop()


@contextmanager
def _connected(
    shape: Shape, tokens: Sequence[str], neighbours: Neighbours, redis_url: str, folder: Path
) -> Iterator[tuple[list[SwarmProcess], list[int]]]:
    """Clients of each process, and the processes' ids."""
    with ExitStack() as stack:
        swarms, pids = [], []
        for number in range(shape.processes):
            own = tokens[number :: shape.processes]
            process = parley(DRIVER, redis_url, neighbours)
            url, pid = stack.enter_context(process.running(folder, own[:WARM_UP]))
            swarm = stack.enter_context(SwarmProcess.connecting(url))
            swarm.connect(own)
            swarms.append(swarm)
            pids.append(pid)
        yield swarms, pids


def _publish(
    shape: Shape,
    seconds: int,
    store: redis.Redis,
    swarms: Sequence[SwarmProcess],
    pids: Sequence[int],
) -> float:
    rate = DELIVERIES_PER_SECOND / shape.sockets_per_room
    per_room = max(1, round(rate * seconds / shape.rooms))
    for swarm in swarms:
        swarm.expect(per_room)
    before = cpu_seconds(pids)
    started = time.monotonic()
    for number in range(per_room * shape.rooms):
        time.sleep(max(0, started + number / rate - time.monotonic()))
        seq, room = divmod(number, shape.rooms)
        store.publish(topic(room + 1), event(room + 1, seq + 1))
    for swarm in swarms:
        check(swarm.wait(60), per_room * shape.sockets // shape.processes)
    return (cpu_seconds(pids) - before) / (per_room * shape.sockets) * 1e6


if __name__ == "__main__":
    for table in run(QUICK if "--quick" in sys.argv else Plan()):
        print(table.as_markdown())
