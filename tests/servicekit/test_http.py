"""Calls to an upstream that is well, slow, broken or gone."""

import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import orjson
import pytest

from servicekit import breaker, http
from servicekit.http import ServiceClient, check, json_of
from servicekit.web.errors import BadRequest, Problem, Unavailable
from tests.support.ports import free_port
from tests.support.waiting import wait_until


class Upstream(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers: list[int]
    seen: list[tuple[str, str]]
    silent: set[str]
    body = b""

    def answer(self) -> None:
        self.seen.append((self.command, self.path))
        status = self.answers.pop(0) if self.answers else 200
        if self.path == "/slow" or self.path in self.silent:
            time.sleep(0.6)
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response(status)
        self.send_header("Content-Length", str(len(self.body)))
        self.send_header("Retry-After", "7")
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = answer  # noqa: N815 - the base class's names

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def upstream() -> Iterator[tuple[str, type[Upstream]]]:
    class Handler(Upstream):
        answers: list[int] = []  # noqa: RUF012 - a class for each test
        seen: list[tuple[str, str]] = []  # noqa: RUF012
        silent: set[str] = set()  # noqa: RUF012

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", Handler
    server.shutdown()
    server.server_close()


def test_a_safe_request_is_retried_until_the_upstream_recovers(
    upstream: tuple[str, type[Upstream]],
) -> None:
    url, handler = upstream
    handler.answers[:] = [503, 502]
    assert ServiceClient(url).get("/things").status_code == 200
    assert len(handler.seen) == 3


def test_an_answered_post_is_never_sent_twice(
    upstream: tuple[str, type[Upstream]],
) -> None:
    url, handler = upstream
    handler.answers[:] = [503]
    assert ServiceClient(url).post("/things").status_code == 503
    assert handler.seen == [("POST", "/things")]


def test_an_upstream_slower_than_the_timeout_is_unavailable(
    upstream: tuple[str, type[Upstream]],
) -> None:
    url, _ = upstream
    with pytest.raises(Unavailable):
        ServiceClient(url, timeout=(0.2, 0.1)).post("/slow")


def test_calls_fail_without_connecting_while_the_breaker_is_open(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(breaker, "RECOVERY_SECONDS", 60)
    port = free_port()
    client = ServiceClient(f"http://127.0.0.1:{port}", timeout=(0.2, 0.2))
    for _ in range(breaker.FAILED_CONNECTIONS):
        with pytest.raises(Unavailable):
            client.get("/")
    with socket.create_server(("127.0.0.1", port)) as recovered:
        with pytest.raises(Unavailable):
            client.get("/")
        recovered.setblocking(False)
        with pytest.raises(BlockingIOError):
            recovered.accept()


@pytest.mark.parametrize("name", ["X-Odd", "User-Agent"])
def test_an_invalid_header_does_not_count_against_the_upstream(
    upstream: tuple[str, type[Upstream]], name: str
) -> None:
    url, _ = upstream
    client = ServiceClient(url)
    for _ in range(10):
        with pytest.raises(BadRequest):
            client.get("/", headers={name: "\xa0b"})
    assert client.get("/").status_code == 200


def test_slow_requests_do_not_open_the_breaker(
    upstream: tuple[str, type[Upstream]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(breaker, "FAILED_CONNECTIONS", 2)
    url, _ = upstream
    client = ServiceClient(url, timeout=(1, 0.4))
    for _ in range(breaker.FAILED_CONNECTIONS + 1):
        with pytest.raises(Unavailable):
            client.get("/slow")
        assert client.get("/").status_code == 200


def test_a_slow_request_is_not_retried(upstream: tuple[str, type[Upstream]]) -> None:
    url, handler = upstream
    with pytest.raises(Unavailable):
        ServiceClient(url, timeout=(0.2, 0.1)).get("/slow")
    assert handler.seen.count(("GET", "/slow")) == 1


def test_an_unresponsive_service_is_probed_by_one_caller_at_a_time(
    upstream: tuple[str, type[Upstream]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, handler = upstream
    monkeypatch.setattr(http, "PROBE_TIMEOUT", (0.2, 0.2))
    monkeypatch.setattr(breaker, "RECOVERY_SECONDS", 0.1)
    client = ServiceClient(url, timeout=(0.2, 0.1))
    handler.silent |= {"/things", "/healthz"}
    with pytest.raises(Unavailable):
        client.get("/things")
    time.sleep(0.15)
    handler.seen.clear()
    with ThreadPoolExecutor(8) as callers:
        results = list(callers.map(lambda _: _fails(client), range(8)))
    assert all(results)
    assert handler.seen == [("GET", "/healthz")]
    handler.silent.clear()
    wait_until(lambda: client.get("/things").status_code == 200)


def _fails(client: ServiceClient) -> bool:
    try:
        client.get("/things")
    except Unavailable:
        return True
    return False


def test_a_refusal_of_the_upstream_is_raised_as_the_same_problem(
    upstream: tuple[str, type[Upstream]],
) -> None:
    url, handler = upstream
    sent = Problem(429, "full", "Wait.", errors=[{"field": "name", "message": "is missing"}])
    handler.answers[:], handler.body = [429], orjson.dumps(sent.as_dict())

    with pytest.raises(Problem) as raised:
        check(ServiceClient(url).post("/"))

    assert raised.value.as_dict() == sent.as_dict()
    assert raised.value.headers == {"Retry-After": "7"}


@pytest.mark.parametrize("body", [b"", b"<h1>Bad gateway</h1>", b"[]", b'{"type": "x"}'])
def test_an_error_that_is_not_a_problem_makes_the_upstream_unavailable(
    upstream: tuple[str, type[Upstream]], body: bytes
) -> None:
    url, handler = upstream
    handler.answers[:], handler.body = [500], body

    with pytest.raises(Unavailable):
        check(ServiceClient(url).post("/"))


def test_a_success_gives_its_body(upstream: tuple[str, type[Upstream]]) -> None:
    url, handler = upstream
    assert check(ServiceClient(url).get("/")).content == b""
    handler.body = b'{"id": 7}'
    assert json_of(ServiceClient(url).get("/"), dict[str, int]) == {"id": 7}
