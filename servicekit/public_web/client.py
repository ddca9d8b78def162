"""`get` and `post` to the public web."""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import urljoin

import certifi

from servicekit.public_web.addresses import (
    NotFetched,
    Permits,
    RefusedAddress,
    Target,
    is_public,
    parse,
    resolve,
)
from servicekit.public_web.deadlines import Deadline, TimedSocket, TimedTlsSocket

REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_ADDRESSES = 4
CONNECT_SECONDS = 3.0
CHUNK = 65536


@dataclass(frozen=True)
class Answer:
    """An answer with any status; `url` is its address after redirects.

    `is_whole` is false when the body was longer than allowed and its rest was not read.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    is_whole: bool


class PublicWeb:
    """`get` and `post` to the public web; raises `RefusedAddress` or `NotFetched`.

    Tests pass another `permits` to reach a server of their own.
    """

    def __init__(self, user_agent: str, *, permits: Permits = is_public) -> None:
        self._user_agent = user_agent
        self._permits = permits

    def get(
        self,
        url: str,
        *,
        accept: str = "*/*",
        max_bytes: int,
        seconds: float,
        max_redirects: int = 3,
    ) -> Answer:
        """Follow at most `max_redirects`, each checked like the first address."""
        deadline = Deadline(seconds)
        headers = {"Accept": accept}
        for _ in range(max_redirects + 1):
            answer = self._request("GET", url, headers, None, max_bytes, deadline)
            location = answer.headers.get("location")
            if answer.status not in REDIRECTS or not location:
                return answer
            url = urljoin(url, location)
        raise NotFetched("too many redirects")

    def post(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        max_bytes: int,
        seconds: float,
    ) -> Answer:
        """A redirect is returned, not followed."""
        return self._request("POST", url, headers, body, max_bytes, Deadline(seconds))

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        max_bytes: int,
        deadline: Deadline,
    ) -> Answer:
        target = parse(url)
        try:
            connection = self._connect(target, deadline)
            try:
                sent = {
                    "Host": target.host_header,
                    "User-Agent": self._user_agent,
                    "Accept-Encoding": "identity",
                    "Connection": "close",
                    **headers,
                }
                connection.request(method, target.path, body, sent)
                return _read(url, connection.getresponse(), max_bytes, deadline)
            finally:
                connection.close()
        except (OSError, HTTPException, ValueError) as error:
            raise NotFetched(f"{target.host}: {error or type(error).__name__}") from error

    def _connect(self, target: Target, deadline: Deadline) -> HTTPConnection:
        failure: OSError = OSError("no address")
        for family, address in self._checked_addresses(target, deadline):
            plain = TimedSocket(family, socket.SOCK_STREAM)
            try:
                plain.settimeout(min(deadline.left(), CONNECT_SECONDS))
                plain.connect(address)
                plain.settimeout(deadline.left())
                connection = HTTPConnection(target.host, target.port)
                connection.sock = self._secured(plain, target, deadline)
                return connection
            except OSError as error:
                plain.close()
                failure = error
        raise failure

    def _secured(
        self, plain: TimedSocket, target: Target, deadline: Deadline
    ) -> TimedSocket | TimedTlsSocket:
        plain.deadline = deadline
        if not target.is_secure:
            return plain
        secured = self._tls.wrap_socket(plain, server_hostname=target.host)
        assert isinstance(secured, TimedTlsSocket)
        secured.deadline = deadline
        return secured

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made at the first https address: reading all authorities takes its time."""
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        context.sslsocket_class = TimedTlsSocket
        return context

    def _checked_addresses(self, target: Target, deadline: Deadline) -> list[tuple[Any, Any]]:
        """Family and socket address of each; one that is not permitted refuses the whole name."""
        found = resolve(target.host, target.port, deadline)
        for _, socket_address in found:
            address = ipaddress.ip_address(socket_address[0].partition("%")[0])
            if not self._permits(address, target.port):
                raise RefusedAddress(f"{target.host} is not a host of the public web")
        return found[:MAX_ADDRESSES]


def _read(url: str, response: HTTPResponse, max_bytes: int, deadline: Deadline) -> Answer:
    headers = {name.lower(): value for name, value in response.getheaders()}
    if headers.get("content-encoding", "identity").lower() != "identity":
        raise NotFetched("the answer is compressed, although that was not offered")
    body = bytearray()
    while len(body) <= max_bytes:
        deadline.left()
        chunk = response.read1(min(CHUNK, max_bytes + 1 - len(body)))
        if not chunk:
            break
        body += chunk
    is_whole = len(body) <= max_bytes
    return Answer(url, response.status, headers, bytes(body[:max_bytes]), is_whole)
