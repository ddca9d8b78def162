"""A client's connection, as the worker keeps it between two events."""

import socket
from typing import Any

from gunicorn.workers.gthread import TConn

from servicekit.serve.arrival import Arrival, State
from servicekit.serve.peer import Peer
from servicekit.serve.usual_request import Parser

RECEIVED_AT_ONCE = 64 * 1024


class Connection(TConn):  # type: ignore[misc]
    """A client's connection; `deadline` is when its current wait ends.

    `is_brisk` means that a request came within a moment of the last answer, at `answered`.
    """

    sock: Peer
    parser: Any

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.sock = Peer(sock)
        self.data_ready = True  # a thread gets it only then
        self.arrival = Arrival()
        self.began = 0.0
        self.deadline = 0.0
        self.answered = 0.0
        self.is_brisk = False
        self.is_kept = False
        self.was_continued = False
        self.lingered = 0

    def init(self) -> None:
        super().init()
        if not isinstance(self.parser, Parser):
            self.parser = Parser(self.parser)

    @property
    def is_idle(self) -> bool:
        return not self.arrival.data and not self.sock.unsent

    @property
    def held(self) -> int:
        return len(self.arrival.data) + len(self.sock.unsent)

    def receives_next_within(self, seconds: float, file_paths: tuple[str, ...]) -> bool:
        """Whether a whole request, not one for a file, comes within that time. Called by a thread.

        Other bytes are left for the main thread.
        """
        if self.sock.unsent or self.parser.unreader.buf.getvalue():
            return False
        self.is_brisk = self.sock.is_readable_within(seconds)
        try:
            data = self.sock.recv_now(RECEIVED_AT_ONCE) if self.is_brisk else None
        except OSError:
            return False  # the main thread will see it, too
        if not data:
            return False
        self.arrival = Arrival()
        is_whole = self.arrival.feed(data) is State.COMPLETE
        if is_whole and not self.arrival.path.startswith(file_paths):
            self.was_continued = False
            return True
        self.arrival.data.clear()
        self.parser.unreader.unread(data)
        return False


def refusal(status: str, code: str, detail: str) -> bytes:
    """A complete answer, for a request that never reaches the application."""
    body = (
        f'{{"type": "urn:parley:problem:{code}", "title": "{status[4:]}", '
        f'"status": {status[:3]}, "detail": "{detail}"}}'
    )
    answer = (
        f"HTTP/1.1 {status}\r\nContent-Type: application/problem+json\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n{body}"
    )
    return answer.encode()
