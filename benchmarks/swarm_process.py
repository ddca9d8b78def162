"""The process of the clients (`benchmarks.swarm`), on their own core, and its orders."""

import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from benchmarks.cores import client_core, on_core

ROOT = Path(__file__).resolve().parent.parent
WELCOME = '"ready"'


@dataclass(frozen=True)
class Outcome:
    """Deliveries to all clients together; latencies in seconds."""

    received: int
    lost: int
    latencies: list[float]


class SwarmProcess:
    def __init__(self, url: str) -> None:
        with on_core(client_core()):
            self._process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.swarm", url, WELCOME],
                cwd=ROOT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
            )

    @classmethod
    @contextmanager
    def connecting(cls, url: str) -> Iterator[Self]:
        swarm = cls(url)
        try:
            yield swarm
        finally:
            swarm.stop()

    def connect(self, tokens: Sequence[str]) -> float:
        """Seconds until every client is connected and has been welcomed."""
        return float(self._order("connect", list(tokens)))

    def expect(self, events: int) -> None:
        """Count from now on; `wait` ends when each client has this many events on average."""
        self._order("expect", events)

    def wait(self, seconds: float) -> Outcome:
        found = self._order("wait", seconds)
        return Outcome(found["received"], found["lost"], found["latencies"])

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()

    def _order(self, name: str, value: object) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps([name, value]).encode() + b"\n")
        self._process.stdin.flush()
        return json.loads(self._process.stdout.readline())
