"""Fan-out: one room of many sockets, messages published through Redis; CPU per delivery, latency,
memory.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import redis
import requests

from benchmarks.cores import client_core, cpu_seconds, on_core, server_core
from benchmarks.neighbours import Neighbours
from benchmarks.report import Table, percentile, spread
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.redis_server import RedisServer
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).resolve().parent / "peers"
TOPIC = "parley:conversation:1"
BURST, STEADY_RATE = 500, 20
WARM_UP = 50
TEXT = "x" * 120
NODE_PACKAGES = ("socket.io@4", "redis@4")


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


class Swarm:
    """The clients' process."""

    def __init__(self, url: str, welcome: str) -> None:
        with on_core(client_core()):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.swarm", url, welcome],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

    def order(self, name: str, value: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, value]).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()


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
    targets = _targets(redis_server.url, neighbours, folder)
    figures = {name: Figures() for name in targets}
    for _ in range(plan.rounds):
        for name, (argv, environ) in targets.items():
            tokens = [neighbours.token(n + 1) for n in range(plan.sockets)]
            with _running(name, argv, environ, folder, tokens[:WARM_UP]) as (url, pid):
                _measure(plan, url, pid, tokens, redis_server.client, figures[name])
    neighbours.stop()
    return figures


def _targets(
    redis_url: str, neighbours: Neighbours, folder: Path
) -> dict[str, tuple[Sequence[str], Mapping[str, str]]]:
    serve = ("-m", "gunicorn", "-c", "python:realtime_service.gunicorn_conf")
    parley = {
        "REDIS_URL": redis_url,
        "USERS_URL": neighbours.url,
        "MESSAGES_URL": neighbours.url,
        "SERVICE_SECRET": "benchmark" * 5,
        "LOG_LEVEL": "WARNING",
    }
    python = sys.executable
    app = "realtime_service.wsgi:app"
    targets: dict[str, tuple[Sequence[str], Mapping[str, str]]] = {}
    if node := _node_modules():
        script = str(PEERS / "node_socketio.js")
        targets["Node socket.io"] = (
            ("node", script, "PORT", redis_url),
            {"NODE_PATH": str(node)},
        )
    plain = (python, "-m", "benchmarks.peers.plain_socketio", "PORT", redis_url)
    targets["python-socketio, eventlet"] = (plain, {})
    for driver in ("eventlet", "gevent"):
        targets[f"Parley, {driver}"] = ((python, *serve, app), parley | {"ASYNC_DRIVER": driver})
    return targets


@contextmanager
def _running(
    name: str,
    argv: Sequence[str],
    environ: Mapping[str, str],
    folder: Path,
    tokens: list[str],
) -> Iterator[tuple[str, int]]:
    port = free_port()
    env = {**os.environ, **environ, "PORT": str(port)}
    command = [str(port) if word == "PORT" else word for word in argv]
    process = Process(command, log=folder / "server.log", env=env, cwd=ROOT)
    with on_core(server_core()):
        process.start()
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until(lambda: _is_ready(name, url), 60, what=f"{name} is ready")
        _warm_up(url, tokens)
        yield url, process.pid
    except Exception:
        print(process.logs[-3000:], file=sys.stderr)
        raise
    finally:
        process.kill()


def _measure(
    plan: Plan, url: str, pid: int, tokens: list[str], store: redis.Redis, figures: Figures
) -> None:
    swarm = Swarm(url, '"ready"')
    try:
        before = _memory(pid)
        figures.connecting.append(swarm.order("connect", tokens))
        time.sleep(2)
        figures.memory.append((_memory(pid) - before) / 1024 / plan.sockets)
        _measure_burst(plan, pid, store, swarm, figures)
        time.sleep(1)
        _measure_steady(plan, pid, store, swarm, figures)
    finally:
        swarm.stop()


def _measure_burst(
    plan: Plan, pid: int, store: redis.Redis, swarm: Swarm, figures: Figures
) -> None:
    swarm.order("expect", BURST)
    before = cpu_seconds([pid])
    with store.pipeline(transaction=False) as pipeline:
        for seq in range(BURST):
            pipeline.publish(TOPIC, _event(seq + 1))
        pipeline.execute()
    outcome = swarm.order("wait", 60)
    _check(outcome, BURST * plan.sockets)
    figures.burst_cpu.append((cpu_seconds([pid]) - before) / (BURST * plan.sockets) * 1e6)


def _measure_steady(
    plan: Plan, pid: int, store: redis.Redis, swarm: Swarm, figures: Figures
) -> None:
    count = STEADY_RATE * plan.steady_seconds
    swarm.order("expect", count)
    before = cpu_seconds([pid])
    started = time.monotonic()
    for number in range(count):
        time.sleep(max(0, started + number / STEADY_RATE - time.monotonic()))
        store.publish(TOPIC, _event(BURST + number + 1))
    outcome = swarm.order("wait", 20)
    _check(outcome, count * plan.sockets)
    figures.steady_cpu.append((cpu_seconds([pid]) - before) / (count * plan.sockets) * 1e6)
    figures.p50.append(percentile(outcome["latencies"], 50) * 1000)
    figures.p99.append(percentile(outcome["latencies"], 99) * 1000)


def _event(seq: int) -> str:
    return json.dumps(
        {
            "conversation_id": 1,
            "seq": seq,
            "epoch": "e",
            "type": "message.created",
            "date": "2026-01-01T00:00:00.000000Z",
            "data": {"t": round(time.time(), 5), "content": TEXT},
        },
        separators=(",", ":"),
    )


def _check(outcome: dict[str, Any], expected: int) -> None:
    if outcome["received"] != expected or outcome["lost"]:
        raise RuntimeError(
            f"{outcome['received']} of {expected} received, {outcome['lost']} sockets lost"
        )


def _memory(pid: int) -> int:
    process = psutil.Process(pid)
    return sum(p.memory_info().rss for p in (process, *process.children(recursive=True)))


def _is_ready(name: str, url: str) -> bool:
    """Parley says so itself; the peers are ready when they answer."""
    path = "/readyz" if name.startswith("Parley") else "/socket.io/?EIO=4&transport=polling"
    return requests.get(url + path, timeout=5).ok


def _warm_up(url: str, tokens: list[str]) -> None:
    """Make the first few connections, whose cost (imports, keys, pools) is not measured."""
    swarm = Swarm(url, '"ready"')
    swarm.order("connect", tokens)
    swarm.stop()
    time.sleep(2)


def _node_modules() -> Path | None:
    """Where the Node peer's packages are; None without Node."""
    npm = shutil.which("npm")
    if npm is None or shutil.which("node") is None:
        return None
    folder = Path(__file__).resolve().parent / ".node"
    modules = folder / "node_modules"
    if not modules.exists():
        folder.mkdir(exist_ok=True)
        (folder / "package.json").write_text("{}")
        command = (npm, "install", "--no-audit", "--no-fund", "--no-save", *NODE_PACKAGES)
        if subprocess.run(command, cwd=folder, capture_output=True, check=False).returncode:
            return None
    return modules


def _table(plan: Plan, figures: Mapping[str, Figures]) -> Table:
    peer = figures.get("Node socket.io") or next(iter(figures.values()))
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
    )


if __name__ == "__main__":
    for table in run(QUICK if "--quick" in sys.argv else Plan()):
        print(table.as_markdown())
