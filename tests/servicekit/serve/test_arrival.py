"""When a request has arrived as a whole, however it was cut into pieces."""

import pytest

from servicekit.serve.arrival import LARGEST_HEAD, LARGEST_HELD, Arrival, State

CHUNKED = b"POST /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
COMPLETE = {
    "no body": b"GET /a HTTP/1.1\r\nHost: x\r\n\r\n",
    "sized": b"POST /a HTTP/1.1\r\nCONTENT-length:  5\r\n\r\nhello",
    "chunked": CHUNKED + b"5\r\n0\r\n\r\n\r\n0\r\n\r\n",
    "trailers": CHUNKED + b"1;x=y\r\na\r\n0\r\nA: b\r\n\r\n",
}


@pytest.mark.parametrize("name", COMPLETE)
def test_a_request_is_complete_with_its_last_byte(name: str) -> None:
    whole, arrival = COMPLETE[name], Arrival()
    for byte in whole[:-1]:
        assert arrival.feed(bytes([byte])) is State.INCOMPLETE
    assert arrival.feed(whole[-1:]) is State.COMPLETE
    assert arrival.path == "/a"


@pytest.mark.parametrize(
    "request_",
    [
        b"nonsense\r\n\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: five\r\n\r\n",
        b"POST /a HTTP/1.1\r\nContent-Length: -5\r\n\r\n",
        CHUNKED + b"xyz\r\n",
        CHUNKED + b"1" * 10_000,
    ],
)
def test_a_malformed_request_counts_as_complete(request_: bytes) -> None:
    assert Arrival().feed(request_) is State.COMPLETE


def test_a_large_body_is_streamed() -> None:
    head = b"POST /a HTTP/1.1\r\nContent-Length: %d\r\n\r\n" % (LARGEST_HELD + 1)
    assert Arrival().feed(head) is State.STREAM
    chunked = Arrival()
    chunked.feed(CHUNKED + b"fffff0\r\n")
    assert chunked.feed(b"a" * (LARGEST_HELD + 1)) is State.STREAM


def test_endless_headers_are_refused() -> None:
    arrival = Arrival()
    arrival.feed(b"GET /a HTTP/1.1\r\n")
    for _ in range(LARGEST_HEAD // 1000):
        arrival.feed(b"A: " + b"a" * 995 + b"\r\n")
    assert arrival.feed(b"A: " + b"a" * 995 + b"\r\n") is State.HEAD_TOO_LARGE


@pytest.mark.parametrize("target", ["/files/1", "/f%69les/1", "http://host:1/files/1"])
def test_a_path_is_recognised_in_every_encoding(target: str) -> None:
    arrival = Arrival()
    arrival.feed(f"GET {target} HTTP/1.1\r\n\r\n".encode())
    assert arrival.path == "/files/1"
