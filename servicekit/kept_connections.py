"""Short requests to one service on kept connections, in few steps.

`requests` can do more and takes five times as long, which every page and message would pay for.
"""

import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from httptools import HttpParserError, HttpResponseParser
from urllib3.util.wait import wait_for_read

RECEIVED_AT_ONCE = 64 * 1024
LARGEST_BODY = 64 * 1024
"""A service may refuse a larger one while it is still being sent."""


class NotConnected(Exception):
    """The service accepts no connection; nothing was sent."""


class NotAnswered(Exception):
    """The connection broke before the answer was complete."""


@dataclass(slots=True)
class Answer:
    """An answer as it came; a repeated header is joined by commas."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


class KeptConnections:
    """Connections to the service at `base_url`; the one used last is used next."""

    def __init__(self, base_url: str, most: int) -> None:
        parts = urlsplit(base_url)
        self._address = (parts.hostname or "", parts.port or 80)
        self._host = parts.netloc.rpartition("@")[2]
        self._most = most
        self._idle: list[socket.socket] = []

    def exchange(
        self,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes,
        timeout: tuple[float, float],
    ) -> Answer:
        """Send a request and read the answer; never sends it twice.

        Raises NotConnected, NotAnswered, or TimeoutError for an answer that is slow. Not for HEAD.
        """
        connect_seconds, read_seconds = timeout
        connection = self._open_one() or self._connect(connect_seconds)
        connection.settimeout(read_seconds)
        is_reusable = False
        try:
            with suppress(BrokenPipeError, ConnectionResetError):  # it may have answered before
                connection.sendall(self._head(method, target, headers) + body)
            answer, is_reusable = _receive(connection)
        except TimeoutError:
            raise
        except (OSError, HttpParserError) as error:
            raise NotAnswered from error
        finally:
            self._restore(connection, is_reusable=is_reusable)
        return answer

    def _open_one(self) -> socket.socket | None:
        """A kept connection that the service has not closed."""
        while self._idle:
            with suppress(IndexError):  # another thread took it
                connection = self._idle.pop()
                if not wait_for_read(connection, timeout=0.0):
                    return connection
                connection.close()
        return None

    def _connect(self, seconds: float) -> socket.socket:
        try:
            connection = socket.create_connection(self._address, timeout=seconds)
        except OSError as error:
            raise NotConnected from error
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def _restore(self, connection: socket.socket, *, is_reusable: bool) -> None:
        if is_reusable and len(self._idle) < self._most:
            self._idle.append(connection)
        else:
            connection.close()

    def _head(self, method: str, target: str, headers: Mapping[str, str]) -> bytes:
        lines = [f"{method} {target} HTTP/1.1", f"Host: {self._host}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return "\r\n".join([*lines, "", ""]).encode("latin-1")


class _Reading:
    """Feeds the parser, and collects what it finds."""

    def __init__(self) -> None:
        self.answer = Answer()
        self.is_complete = False
        self.is_kept = False
        self._pieces: list[bytes] = []
        self._ends_with_connection = False
        self._parser = HttpResponseParser(self)

    def feed(self, data: bytes) -> None:
        """Raises ConnectionResetError if there is no more data before the end."""
        if data:
            self._parser.feed_data(data)
        elif self._ends_with_connection:
            self._complete()
        else:
            raise ConnectionResetError("closed before the end of the answer")

    def on_header(self, name: bytes, value: bytes) -> None:
        headers, key, text = self.answer.headers, name.decode("latin-1"), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {text}" if key in headers else text

    def on_headers_complete(self) -> None:
        self.answer.status = self._parser.get_status_code()
        self.is_kept = self._parser.should_keep_alive()
        names = {name.lower() for name in self.answer.headers}
        self._ends_with_connection = names.isdisjoint({"content-length", "transfer-encoding"})

    def on_body(self, piece: bytes) -> None:
        self._pieces.append(piece)

    def on_message_complete(self) -> None:
        if self.answer.status >= 200:  # else the answer itself follows
            self._complete()

    def _complete(self) -> None:
        self.answer.body = b"".join(self._pieces)
        self.is_complete = True


def _receive(connection: socket.socket) -> tuple[Answer, bool]:
    """The answer, and whether the connection can be used again."""
    reading = _Reading()
    while not reading.is_complete:
        reading.feed(connection.recv(RECEIVED_AT_ONCE))
    return reading.answer, reading.is_kept
