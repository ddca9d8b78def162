"""Requests that are read without gunicorn's parser mean the same as with it."""

from typing import Any

from gunicorn.config import Config
from gunicorn.http.parser import RequestParser
from hypothesis import given
from hypothesis import strategies as st

from servicekit.serve.usual_request import read_usual

METHODS = ("GET", "POST", "DELETE", "get", "HEAD", "CONNECT")
TARGETS = ("/", "/a?b=c", "/a?b?c", "/?", "/%41", "/a;b//c", "//a", "/a#b", "*", "http://x/y", "/é")
VERSIONS = ("HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "http/1.1")
HEADERS = (
    "Content-Length: 3", "content-length:3", "Content-Length: +3", "Content-Length: 3,3",
    "Content-Length: 0", "Transfer-Encoding: chunked", "Connection: close",
    "Connection: keep-alive", "Expect: 100-continue", "Upgrade: h2c", "Host: other", "X-Y: 1",
    "X_Y: 1", "X-Y:", "X-Y : 1", " folded", "X-Forwarded-Proto: https", "X-Forwarded-For: 1.1.1.1",
    "Authorization: Bearer x.y ", "X: \t1", "X: é", "X: a\nb", "X: a\rb", "SCRIPT_NAME: /x",
)  # fmt: skip


@given(
    method=st.sampled_from(METHODS),
    target=st.sampled_from(TARGETS),
    version=st.just(VERSIONS[0]) | st.sampled_from(VERSIONS),
    headers=st.lists(st.sampled_from(HEADERS), max_size=4),
    body=st.sampled_from(["", "xyz", "xy", "xyzw"]),
)
def test_a_usual_request_is_what_gunicorn_reads(
    method: str, target: str, version: str, headers: list[str], body: str
) -> None:
    lines = [f"{method} {target} {version}", "Host: here", *headers, "", body]
    data = "\r\n".join(lines).encode("latin-1")
    usual = read_usual(bytearray(data))
    if usual is not None:
        assert _described(usual) == _described(_read_by_gunicorn(data))


def test_a_request_of_an_api_client_is_usual() -> None:
    data = (
        b"POST /api/messages?x=1 HTTP/1.1\r\nHost: localhost:5001\r\nAccept: */*\r\n"
        b"Authorization: Bearer a.b.c\r\nContent-Type: application/json\r\n"
        b"Connection: keep-alive\r\nContent-Length: 2\r\n\r\n{}"
    )
    assert read_usual(bytearray(data)) is not None
    assert read_usual(bytearray(data + b"GET")) is None


def _read_by_gunicorn(data: bytes) -> Any:
    config = Config()
    config.set("forwarded_allow_ips", "")
    config.set("secure_scheme_headers", {})
    return next(RequestParser(config, iter([data]), ("127.0.0.1", 1)))


def _described(request: Any) -> tuple[object, ...]:
    return (
        request.method,
        request.uri,
        request.path,
        request.query,
        request.headers,
        request.version,
        request.scheme,
        request.should_close(),
        request._expected_100_continue,
        request.body.read(),
    )
