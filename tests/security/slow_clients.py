"""Clients that keep a server waiting, each in a way of its own."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress

POST = b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
GET = b"GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n"
BEARER = b"Authorization: Bearer x\r\n"
# The bytes that each sends at once; then it goes on with a byte now and then.
BEGINNINGS = {
    "is silent": b"",
    "sends slow headers": GET % b"/healthz" + b"X-A: ",
    "sends a slow body": POST % b"/api/messages" + b"Content-Length: 1000\r\n\r\n{",
    "sends a slow large body": POST % b"/api/messages" + b"Content-Length: 2000000\r\n\r\n{",
    "sends slow chunks": POST % b"/api/users" + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    "sends a slow form": POST % b"/login" + b"Content-Length: 1000\r\n\r\n{",
    "uploads without a right": POST % b"/api/attachments"
    + BEARER
    + b"Content-Length: 500000\r\n\r\n{",
    "waits to be told to go on": POST % b"/api/messages"
    + b"Expect: 100-continue\r\nContent-Length: 9\r\n\r\n",
    "never hangs up": GET % b"/healthz" + b"Connection: close\r\n\r\n",
    "reads nothing": (GET % b"/docs/assets/vendor/swagger-ui/swagger-ui-bundle.js" + b"\r\n") * 3,
}
WITHOUT_A_BYTE = ("is silent", "never hangs up", "reads nothing")
BYTE_SECONDS = 0.5


@contextmanager
def slow_clients(
    port: int, beginning: bytes, number: int, *, trickle: bool = True
) -> Iterator[list[socket.socket]]:
    """`number` of them, until the end of the block."""
    with ExitStack() as plugs:
        clients = [plugs.enter_context(_connect(port, beginning)) for _ in range(number)]
        stop = threading.Event()
        if trickle:
            threading.Thread(target=_trickle, args=(clients, stop), daemon=True).start()
        yield clients
        stop.set()


def _connect(port: int, beginning: bytes) -> socket.socket:
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(30)
    client.connect(("127.0.0.1", port))
    client.sendall(beginning)
    return client


def _trickle(clients: list[socket.socket], stop: threading.Event) -> None:
    while not stop.wait(BYTE_SECONDS):
        for client in clients:
            with suppress(OSError):  # It was given up, as it should be.
                client.sendall(b"x")
