"""Short requests on kept connections, to a server that sends exact bytes."""

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from servicekit.kept_connections import KeptConnections, NotAnswered, NotConnected
from tests.support.ports import free_port

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"


class Server:
    """Answers the n-th request with the n-th of `answers`; "" closes the connection."""

    def __init__(self) -> None:
        self.answers: list[bytes] = []
        self.connections = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        self._socket.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._socket.accept()
                self.connections += 1
                threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            while connection.recv(65536) and (answer := self.answers.pop(0)):
                connection.sendall(answer)
                if b"Connection: close" in answer or answer.startswith(b"HTTP/1.0"):
                    return


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    yield server
    server.close()


def call(kept: KeptConnections, method: str = "POST") -> tuple[int, bytes]:
    answer = kept.exchange(method, "/things?a=b", {"Accept": "*/*"}, b"", (1, 1))
    return answer.status, answer.body


@pytest.mark.parametrize(
    ("sent", "status", "body"),
    [
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", 200, b"ok"),
        (b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + OK, 200, b"ok"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
    ],
)
def test_an_answer_of_any_framing_is_read(
    server: Server, sent: bytes, status: int, body: bytes
) -> None:
    server.answers = [sent]
    assert call(KeptConnections(server.url, 2)) == (status, body)


def test_requests_share_a_connection(server: Server) -> None:
    server.answers = [OK, OK, OK]
    kept = KeptConnections(server.url, 2)
    assert [call(kept) for _ in range(3)] == [(200, b"ok")] * 3
    assert server.connections == 1


def test_a_connection_that_the_service_closed_is_not_used_again(server: Server) -> None:
    closing = OK.replace(b"OK\r\n", b"OK\r\nConnection: close\r\n")
    server.answers = [closing, OK]
    kept = KeptConnections(server.url, 2)
    assert [call(kept) for _ in range(2)] == [(200, b"ok")] * 2
    assert server.connections == 2


@pytest.mark.parametrize("sent", [b"", OK[:-1] + b"Connection: close", b"no HTTP\r\n\r\n"])
def test_an_incomplete_answer_is_an_error(server: Server, sent: bytes) -> None:
    server.answers = [sent.replace(b"Content-Length: 2", b"Content-Length: 99")]
    with pytest.raises(NotAnswered):
        call(KeptConnections(server.url, 2))


def test_a_repeated_header_is_joined(server: Server) -> None:
    server.answers = [OK.replace(b"OK\r\n", b"OK\r\nVary: a\r\nVary: b\r\n")]
    answer = KeptConnections(server.url, 2).exchange("GET", "/", {}, b"", (1, 1))
    assert answer.headers["Vary"] == "a, b"


def test_nothing_is_sent_where_nobody_listens() -> None:
    with pytest.raises(NotConnected):
        call(KeptConnections(f"http://127.0.0.1:{free_port()}", 2))
