"""Requests with nothing unusual in their heads, read in one step; gunicorn's parser reads others.

gunicorn looks at each header with several rules, which takes a third of the server's time.
"""

import re
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

LARGEST_HEAD = 8000
_HEAD = re.compile(
    rb"(GET|POST|PUT|PATCH|DELETE) (/(?!/)[!$-~]{0,3000}+) HTTP/1\.1\r\n"
    rb"((?:[A-Za-z][A-Za-z0-9-]{0,60}+:[ -~]*+\r\n){1,50}+)\r\n"
)
_HEADER = re.compile(r"([A-Za-z0-9-]+):([ -~]*)\r\n")
_UNUSUAL = frozenset({"CONNECTION", "EXPECT", "TE", "TRAILER", "TRANSFER-ENCODING", "UPGRADE"})
_USUAL_VALUES = {"CONNECTION": "keep-alive"}
_LENGTH = re.compile(r"[0-9]{1,9}")


@dataclass(slots=True)
class UsualRequest:
    """A request, with the attributes that gunicorn's worker reads."""

    method: str
    uri: str
    headers: list[tuple[str, str]]
    body: BytesIO
    path: str = field(init=False)
    query: str = field(init=False)
    version: tuple[int, int] = (1, 1)
    scheme: str = "http"
    proxy_protocol_info: None = None
    _expected_100_continue: bool = False

    def __post_init__(self) -> None:
        self.path, _, self.query = self.uri.partition("?")

    def should_close(self) -> bool:
        return False


class Parser:
    """gunicorn's parser of a connection, which is given requests that were read already."""

    def __init__(self, parser: Any) -> None:
        self._parser = parser
        self.unreader = parser.unreader
        self.read_request: UsualRequest | None = None

    def __next__(self) -> Any:
        request, self.read_request = self.read_request, None
        return next(self._parser) if request is None else request

    def finish_body(self, deadline: float) -> bool:
        return bool(self._parser.finish_body(deadline=deadline))


def read_usual(data: bytearray) -> UsualRequest | None:
    """The request that is all of `data`; None if it has anything unusual."""
    found = _HEAD.match(data, 0, LARGEST_HEAD)
    if found is None:
        return None
    method, uri, lines = (part.decode("ascii") for part in found.groups())
    headers = [(name.upper(), value.strip(" ")) for name, value in _HEADER.findall(lines)]
    by_name = dict(headers)
    length = by_name.get("CONTENT-LENGTH", "0")
    if (
        len(by_name) < len(headers)
        or "HOST" not in by_name
        or any(by_name[name] != _USUAL_VALUES.get(name) for name in _UNUSUAL & by_name.keys())
        or not _LENGTH.fullmatch(length)
        or len(data) != found.end() + int(length)
    ):
        return None
    return UsualRequest(method, uri, headers, BytesIO(data[found.end() :]))
