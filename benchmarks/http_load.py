"""A cheap HTTP client and its two kinds of load: a closed loop, and a steady pace."""

import socket
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from urllib.parse import urlsplit

import orjson

Send = Callable[[int], None]
"""Sends the n-th message and returns when it is accepted; raises when it is refused."""


@dataclass(frozen=True)
class Load:
    """The outcome of a number of requests; seconds."""

    latencies: list[float]
    elapsed: float

    @property
    def per_second(self) -> float:
        return len(self.latencies) / self.elapsed


class Connection:
    """One connection to one server, kept alive when the server agrees to that."""

    def __init__(self, base_url: str, token: str | None = None) -> None:
        parts = urlsplit(base_url)
        self._address = (parts.hostname, parts.port)
        self._fixed = f"Host: {parts.netloc}\r\nContent-Type: application/json\r\n"
        if token:
            self._fixed += f"Authorization: Bearer {token}\r\n"
        self._socket: socket.socket | None = None

    def post(self, path: str, body: Mapping[str, object]) -> int:
        return self._send("POST", path, orjson.dumps(body))

    def put(self, path: str, body: Mapping[str, object]) -> int:
        return self._send("PUT", path, orjson.dumps(body))

    def get(self, path: str, headers: str = "") -> int:
        return self._send("GET", path, b"", headers)

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None

    def _send(self, method: str, path: str, body: bytes, headers: str = "") -> int:
        head = (
            f"{method} {path} HTTP/1.1\r\n{self._fixed}{headers}Content-Length: {len(body)}\r\n\r\n"
        )
        if self._socket is None:
            self._socket = socket.create_connection(self._address, timeout=30)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket.sendall(head.encode() + body)
        return self._receive()

    def _receive(self) -> int:
        assert self._socket is not None
        received = b""
        while (end := received.find(b"\r\n\r\n")) < 0:
            received += self._more()
        head = received[:end].lower()
        status = int(head[9:12])
        length = _content_length(head)
        if length is None:
            self._read_chunks(received[end + 4 :])
        else:
            missing = end + 4 + length - len(received)
            while missing > 0:
                missing -= len(self._more())
        if b"connection: close" in head or head.startswith(b"http/1.0"):
            self.close()
        return status

    def _read_chunks(self, body: bytes) -> None:
        while not body.endswith(b"0\r\n\r\n"):
            body += self._more()

    def _more(self) -> bytes:
        assert self._socket is not None
        data = self._socket.recv(1 << 20)
        if not data:
            raise ConnectionError("the server closed the connection before its answer ended")
        return data


def closed_loop(senders: Sequence[Send], count: int) -> Load:
    """`count` messages; every sender sends its next when its last is accepted."""
    numbers = iter(range(count))
    lock = threading.Lock()
    latencies: list[float] = []

    def work(send: Send) -> None:
        own = []
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            own.append(_timed(send, number))
        latencies.extend(own)

    started = time.perf_counter()
    _together([partial(work, send) for send in senders])
    elapsed = time.perf_counter() - started
    if len(latencies) != count:
        raise RuntimeError(f"{count - len(latencies)} of {count} messages failed")
    return Load(latencies, elapsed)


def paced(send: Send, count: int, rate: float) -> Load:
    """Send `count` messages at `rate` per second; a slow send does not move the next one."""
    started = time.perf_counter()
    latencies = []
    for number in range(count):
        due = started + number / rate
        time.sleep(max(0.0, due - time.perf_counter()))
        latencies.append(_timed(send, number))
    return Load(latencies, time.perf_counter() - started)


def _timed(send: Send, number: int) -> float:
    started = time.perf_counter()
    send(number)
    return time.perf_counter() - started


def _together(jobs: Sequence[Callable[[], None]]) -> None:
    if len(jobs) == 1:
        jobs[0]()
        return
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _content_length(head: bytes) -> int | None:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    return int(rest.partition(b"\r\n")[0]) if found else None
