"""Fan-out to other rooms: many small ones, and a large one over two processes.

The same sockets are in one large room and in small ones, so that only the rooms differ, and there
are as many deliveries in each case. Heartbeats belong to sockets, not to deliveries: what the idle
sockets cost is measured before and subtracted.

python -m benchmarks.rooms [--quick]
"""

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import redis

from benchmarks.cores import client_core, cpu_seconds, on_core
from benchmarks.fanout import check, event, topic
from benchmarks.neighbours import Neighbours
from benchmarks.open_files import allow_files
from benchmarks.realtime_servers import WARM_UP, parley
from benchmarks.report import Bars, Table, spread
from benchmarks.swarm_process import SwarmProcess
from tests.support.redis_server import RedisServer

DELIVERIES_PER_SECOND = 20_000
SOCKETS_PER_ROOM = 10
LARGE_ROOM = 1
PING_INTERVAL = 5
"""Seconds. Each measurement lasts as long, so that each socket has one heartbeat in it."""
CLIENT_PROCESSES = 2
SETTLING = 5
PUBLISH_EVERY = 0.008
"""Seconds; messages_service publishes together what it stored since the last time."""
DRIVER = "eventlet"


@dataclass(frozen=True)
class Plan:
    sockets: int = 10_000
    rounds: int = 5


QUICK = Plan(sockets=3000, rounds=2)


@dataclass(frozen=True)
class Servers:
    """Processes of realtime_service, with their clients and a Redis of their own."""

    swarms: Sequence[SwarmProcess]
    pids: Sequence[int]
    store: redis.Redis
    seqs: Counter[int] = field(default_factory=Counter)
    """By room the last seq that was published."""

    def cpu(self) -> float:
        return cpu_seconds(self.pids)


@dataclass
class Case:
    """Rooms, all of one size, on certain servers; and its figures."""

    name: str
    servers: Servers
    rooms: Sequence[int]
    idle: list[float] = field(default_factory=list)
    """Milliseconds of CPU a second."""
    with_idle: list[float] = field(default_factory=list)
    """Microseconds a delivery, as the next."""
    net: list[float] = field(default_factory=list)


def run(plan: Plan) -> list[Table]:
    """Each case in turn, in every round, with the same connections in all rounds."""
    allow_files(plan.sockets)
    neighbours = Neighbours()
    small = range(LARGE_ROOM + 1, LARGE_ROOM + 1 + plan.sockets // SOCKETS_PER_ROOM)
    neighbours.members = {n + 1: [LARGE_ROOM, small[n % len(small)]] for n in range(plan.sockets)}
    tokens = [neighbours.token(user_id) for user_id in neighbours.members]
    with ExitStack() as stack:
        stack.callback(neighbours.stop)
        stack.enter_context(on_core(client_core()))
        one, two = (stack.enter_context(_connected(count, tokens, neighbours)) for count in (1, 2))
        large = f"one room of {plan.sockets:,}"
        cases = (
            Case(large, one, [LARGE_ROOM]),
            Case(f"{len(small):,} rooms of {SOCKETS_PER_ROOM}", one, small),
            Case(f"{large}, two processes", two, [LARGE_ROOM]),
        )
        time.sleep(SETTLING)
        _measure_all(plan, cases)
    return [_table(plan, cases)]


@contextmanager
def _connected(processes: int, tokens: Sequence[str], neighbours: Neighbours) -> Iterator[Servers]:
    """Servers among which the clients of `tokens` are divided. There are as many processes of
    clients in each case, since a client that must be woken costs the server more.
    """
    settings = {"PING_INTERVAL": str(PING_INTERVAL), "CANARY_SECONDS": "10"}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        redis_server = RedisServer(folder)
        stack.callback(redis_server.stop)
        server = parley(DRIVER, redis_server.url, neighbours, **settings)
        started = [
            stack.enter_context(server.running(folder, tokens[:WARM_UP])) for _ in range(processes)
        ]
        swarms = []
        for number in range(CLIENT_PROCESSES):
            url, _ = started[number % processes]
            swarm = stack.enter_context(SwarmProcess.connecting(url))
            own = tokens[number::CLIENT_PROCESSES]
            print(f"rooms: {len(own):,} sockets connect", flush=True)
            swarm.connect(own)
            swarms.append(swarm)
        yield Servers(swarms, [pid for _, pid in started], redis_server.client)


def _measure_all(plan: Plan, cases: Sequence[Case]) -> None:
    for number in range(plan.rounds):
        print(f"rooms: round {number + 1} of {plan.rounds}", flush=True)
        before = [case.servers.cpu() for case in cases]
        time.sleep(PING_INTERVAL)
        for case, cpu in zip(cases, before, strict=True):
            case.idle.append((case.servers.cpu() - cpu) / PING_INTERVAL * 1e3)
        for case in cases:
            _measure(plan, case)


def _measure(plan: Plan, case: Case) -> None:
    """Count and measure for as long as a heartbeat's interval."""
    deliveries = DELIVERIES_PER_SECOND * PING_INTERVAL
    each = deliveries // plan.sockets
    for swarm in case.servers.swarms:
        swarm.expect(each)
    before, started = case.servers.cpu(), time.monotonic()
    _publish(case, each)
    for swarm in case.servers.swarms:
        check(swarm.wait(60), each * plan.sockets // len(case.servers.swarms))
    time.sleep(max(0, started + PING_INTERVAL - time.monotonic()))
    seconds, used = time.monotonic() - started, case.servers.cpu() - before
    case.with_idle.append(used / deliveries * 1e6)
    case.net.append((used - case.idle[-1] / 1e3 * seconds) / deliveries * 1e6)


def _publish(case: Case, each: int) -> None:
    """Publish `each` events to all rooms in turn, evenly over the interval of heartbeats."""
    rooms, seqs = case.rooms, case.servers.seqs
    count, started = each * len(rooms), time.monotonic()
    published = 0
    while published < count:
        due = min(count, 1 + int((time.monotonic() - started) / PING_INTERVAL * count))
        with case.servers.store.pipeline(transaction=False) as pipeline:
            for number in range(published, due):
                room = rooms[number % len(rooms)]
                seqs[room] += 1
                pipeline.publish(topic(room), event(room, seqs[room]))
            pipeline.execute()
        published = due
        time.sleep(PUBLISH_EVERY)


def _table(plan: Plan, cases: Sequence[Case]) -> Table:
    peer = cases[0]
    fields = ("idle", "with_idle", "net")
    rows = [
        [case.name, *(spread(getattr(case, key), getattr(peer, key)) for key in fields)]
        for case in cases
    ]
    note = (
        f"{plan.sockets:,} sockets in each case, and {DELIVERIES_PER_SECOND:,} deliveries a second,"
        " spread evenly over the rooms; CPU of all processes of realtime_service, which share one"
        f" core. The idle sockets have a heartbeat each {PING_INTERVAL} s, and what they cost is"
        " measured in the same round; the last column is without it, since heartbeats belong to"
        " sockets, not to deliveries."
    )
    header = ("", "idle, ms of CPU a second", "µs a delivery, all in all", "µs a delivery")
    bars = Bars("rooms", "CPU per delivery, µs", {case.name: case.net for case in cases})
    return Table("Fan-out to many rooms and many sockets", note, header, rows, bars)


if __name__ == "__main__":
    for table in run(QUICK if "--quick" in sys.argv else Plan()):
        print(table.as_markdown())
