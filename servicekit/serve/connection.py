"""A client's connection, as the worker keeps it between two events."""

import socket
from typing import Any

from gunicorn.workers.gthread import TConn

from servicekit.serve.arrival import Arrival
from servicekit.serve.peer import Peer


class Connection(TConn):  # type: ignore[misc]
    """A client's connection; `deadline` is when its current wait ends."""

    sock: Peer

    def __init__(self, cfg: Any, sock: socket.socket, client: Any, server: Any) -> None:
        super().__init__(cfg, sock, client, server)
        self.sock = Peer(sock)
        self.data_ready = True  # a thread gets it only then
        self.arrival = Arrival()
        self.began = 0.0
        self.deadline = 0.0
        self.is_kept = False
        self.was_continued = False
        self.lingered = 0

    @property
    def is_idle(self) -> bool:
        return not self.arrival.data and not self.sock.unsent

    @property
    def held(self) -> int:
        return len(self.arrival.data) + len(self.sock.unsent)


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
