"""The output of a WebSocket.

Frames are written at once, without waiting, by the sender. Bytes that the system does not
accept are queued in order and written by a task that ends when the queue is empty. So frames are
never interleaved, a single message is not delayed, and an idle socket has no task but its reader.
"""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import islice
from socket import SHUT_RDWR
from typing import Any

from realtime_service import metrics
from realtime_service.transport.worker import Driver

Write = Callable[[bytes], int]
PIECES_AT_ONCE = 256
"""How many queued pieces are written in one system call."""


class Outbound:
    """`write` is the bare non-blocking send. `abort` is called when the peer is gone or too slow,
    `queue_changed` when the queue begins and when it is empty again.
    """

    def __init__(
        self,
        driver: Driver,
        green: Any,
        *,
        max_bytes: int,
        patience_seconds: float,
        abort: Callable[[], None],
        queue_changed: Callable[[], None],
    ) -> None:
        self._driver = driver
        self._green = green
        self._raw = driver.raw_socket(green)
        self.write: Write = self._raw.send
        self._max_bytes = max_bytes
        self._patience_seconds = patience_seconds
        self._abort = abort
        self._queue_changed = queue_changed
        self._pending: deque[bytes | memoryview] = deque()
        self._pending_bytes = 0

    @property
    def is_empty(self) -> bool:
        return not self._pending

    def put(self, frame: bytes) -> None:
        """Write whole frames after all that was put before."""
        if self._pending:
            self.enqueue(frame)
            return
        try:
            sent = self.write(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self._abort()
            return
        if sent < len(frame):
            self.enqueue(memoryview(frame)[sent:])

    def enqueue(self, rest: bytes | memoryview) -> None:
        """Queue `rest`, to be written as soon as the socket is writable."""
        is_first = not self._pending
        self._pending.append(rest)
        self._pending_bytes += len(rest)
        if self._pending_bytes > self._max_bytes:
            metrics.SLOW_READERS.inc()
            self._abort()
        elif is_first:
            self._queue_changed()
            self._driver.spawn(self._write_pending)

    def clear(self) -> None:
        """Drop the queue."""
        self._pending.clear()
        self._pending_bytes = 0

    def shut(self) -> None:
        """Wake the reader, which closes the connection."""
        with suppress(OSError):  # the peer may have closed it first
            self._raw.shutdown(SHUT_RDWR)

    def _write_pending(self) -> None:
        try:
            while self._pending:
                self._driver.wait_writable(self._green, self._patience_seconds)
                self._write_some()
        except OSError:
            self._abort()
            return
        self._queue_changed()

    def _write_some(self) -> None:
        """One system call with as many pieces as it may accept."""
        if not self._pending:
            return
        try:
            sent = self._raw.sendmsg(list(islice(self._pending, PIECES_AT_ONCE)))
        except BlockingIOError:
            return
        self._pending_bytes -= sent
        while sent:
            piece = self._pending[0]
            if len(piece) <= sent:
                sent -= len(piece)
                self._pending.popleft()
            else:
                self._pending[0] = memoryview(piece)[sent:]
                sent = 0
