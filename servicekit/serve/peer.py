"""A connection's socket, with limits for peers that read or write slowly."""

import errno
import select
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

SILENCE_SECONDS = 30.0
"""How long a thread waits for a peer that neither sends nor reads anything."""
GRACE_SECONDS = 30.0
SLOWEST_BYTES_PER_SECOND = 4096
MOST_UNSENT = 2 * 1024 * 1024
"""An answer up to this size is kept for a slow reader while the thread goes on to others."""


class Peer:
    """A connection's socket as gunicorn uses it, with limits; the socket itself never blocks."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        sock.setblocking(False)
        self.unsent = bytearray()
        self._head: bytes | None = None
        self._timeout: float | None = None
        self._is_sealed = True
        self._reading_since = 0.0
        self._received = 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._socket, name)

    def setblocking(self, _: bool) -> None:
        self._timeout = None

    def settimeout(self, seconds: float | None) -> None:
        self._timeout = seconds

    def gettimeout(self) -> float | None:
        return self._timeout

    def seal(self) -> None:
        """The request is complete: reading more would be waiting for something else."""
        self._is_sealed = True

    def unseal(self) -> None:
        """The thread reads the rest of the request as it comes, up to a deadline."""
        self._is_sealed = False
        self._reading_since, self._received = time.monotonic(), 0

    def recv(self, size: int) -> bytes:
        """For a thread; raises TimeoutError for a peer that is too slow."""
        if self._is_sealed:
            return b""
        patience = GRACE_SECONDS + self._received / SLOWEST_BYTES_PER_SECOND
        left = self._reading_since + patience - time.monotonic()
        self._wait(select.POLLIN, min(left, self._silence()))
        data = self._socket.recv(size)
        self._received += len(data)
        return data

    def is_readable_within(self, seconds: float) -> bool:
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        return bool(poll.poll(seconds * 1000))

    def recv_now(self, size: int) -> bytes | None:
        """The received bytes; None if there are none yet."""
        try:
            return self._socket.recv(size)
        except BlockingIOError:
            return None

    @contextmanager
    def head_with_body(self) -> Iterator[None]:
        """Meanwhile what is sent first, the head of an answer, waits for what is sent next."""
        self._head = b""
        try:
            yield
        finally:
            if self._head:
                with suppress(OSError):  # the main thread will see it, too
                    self.sendall(b"")
            self._head = None

    def sendall(self, data: bytes) -> None:
        """Send without blocking and keep the rest, up to MOST_UNSENT bytes."""
        if self._head == b"" and data:
            self._head = data
            return
        if self._head:
            data, self._head = self._head + data, None
        view = memoryview(data)
        sent = 0 if self.unsent else self._send(view)
        self.unsent += view[sent:]
        try:
            while len(self.unsent) > MOST_UNSENT:
                self._wait(select.POLLOUT, self._silence())
                self.flush()
        except TimeoutError as error:
            raise ConnectionResetError(errno.ECONNRESET, "the peer reads too slowly") from error

    def flush(self) -> bool:
        """Send more of the rest without blocking; returns whether nothing is left."""
        with memoryview(self.unsent) as view:
            sent = self._send(view)
        del self.unsent[:sent]
        return not self.unsent

    def _send(self, view: memoryview) -> int:
        sent = 0
        with suppress(BlockingIOError):
            while sent < len(view):
                sent += self._socket.send(view[sent:])
        return sent

    def _silence(self) -> float:
        return SILENCE_SECONDS if self._timeout is None else self._timeout

    def _wait(self, event: int, seconds: float) -> None:
        poll = select.poll()
        poll.register(self._socket, event)
        if not poll.poll(max(0.0, seconds) * 1000):
            raise TimeoutError(errno.ETIMEDOUT, "the peer is too slow")
