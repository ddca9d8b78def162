"""The recipient: a stock Socket.IO client in a process of its own, which notes when what came.

    python -m benchmarks.listener URL EVENT [TOKEN]

Prints `ready` when it is connected, then one line per message: its mark, and the seconds it took.
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import socketio

from benchmarks.cores import client_core, on_core


def stamp(number: int, text: str = "") -> str:
    """A message's content that says when it was sent, by a clock that all processes share."""
    return f"{number} {time.monotonic_ns()} {text}"


@contextmanager
def listening(url: str, event: str, token: str | None = None) -> Iterator["Listener"]:
    """A recipient that is connected while the block runs."""
    argv = [sys.executable, "-m", "benchmarks.listener", url, event, *([token] if token else [])]
    with on_core(client_core()):
        process = subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)
    try:
        listener = Listener(process)
        listener.wait_ready()
        yield listener
    finally:
        process.terminate()
        process.wait(10)


class Listener:
    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdout is not None
        self._lines = process.stdout

    def wait_ready(self) -> None:
        if self._lines.readline().strip() != "ready":
            raise RuntimeError("the recipient's socket was not let in")

    def latencies(self, count: int) -> list[float]:
        """Seconds from before the POST to the recipient's handler, of the next `count` messages."""
        return [float(self._lines.readline().split()[1]) for _ in range(count)]


def main(url: str, event: str, token: str | None = None) -> None:
    client = socketio.Client(reconnection=False)

    def note(payload: Any) -> None:
        received = time.monotonic_ns()
        message = json.loads(payload) if isinstance(payload, str) else payload
        content = str(message.get("data", message).get("content", ""))
        mark, sent, *_ = content.split()
        print(mark, (received - int(sent)) / 1e9, flush=True)

    client.on(event, note)
    client.connect(url, transports=["websocket"], auth={"token": token} if token else None)
    print("ready", flush=True)
    client.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
