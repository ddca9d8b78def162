"""Requests to addresses that people name, which never reach into private networks.

A name is resolved once, every address that it has is checked, and the connection is made to a
checked address, so that a second answer of the name server changes nothing. The time of the whole
request and the bytes of its answer are limited.
"""

import ipaddress
import queue
import re
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import certifi

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permits = Callable[[Address, int], bool]

PORTS = frozenset({80, 443})
REDIRECTS = frozenset({301, 302, 303, 307, 308})
MAX_URL_LENGTH = 4000
MAX_ADDRESSES = 4
CONNECT_SECONDS = 3.0
CHUNK = 65536
SAFE_IN_PATHS = "/%:@!$&'()*+,;=~-._"
HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?", re.IGNORECASE)
IPV6_UNICAST = ipaddress.ip_network("2000::/3")
# Addresses of IPv6 that lead to an address of IPv4.
TUNNELS = tuple(map(ipaddress.ip_network, ("2001::/32", "2002::/16")))


class NotFetched(Exception):
    """The address did not answer in time, or not in HTTP; a later attempt may succeed."""


class RefusedAddress(NotFetched):
    """The address is not one of the public web; a later attempt is refused as well."""


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


def is_public(address: Address, port: int) -> bool:
    """Whether the address is one of the public internet, and the port one of the web."""
    if port not in PORTS:
        return False
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return is_public(address.ipv4_mapped, port)
        if address not in IPV6_UNICAST or any(address in tunnel for tunnel in TUNNELS):
            return False
    return address.is_global and not (address.is_multicast or address.is_reserved)


def check_url(url: str) -> None:
    """Raises RefusedAddress for what cannot be an address of the web; resolves no name."""
    _parse(url)


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
        deadline = _Deadline(seconds)
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
        return self._request("POST", url, headers, body, max_bytes, _Deadline(seconds))

    def _request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        max_bytes: int,
        deadline: "_Deadline",
    ) -> Answer:
        target = _parse(url)
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

    def _connect(self, target: "_Target", deadline: "_Deadline") -> HTTPConnection:
        failure: OSError = OSError("no address")
        for family, address in self._checked_addresses(target, deadline):
            plain = _TimedSocket(family, socket.SOCK_STREAM)
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
        self, plain: "_TimedSocket", target: "_Target", deadline: "_Deadline"
    ) -> "_TimedSocket | _TimedTlsSocket":
        plain.deadline = deadline
        if not target.is_secure:
            return plain
        secured = self._tls.wrap_socket(plain, server_hostname=target.host)
        assert isinstance(secured, _TimedTlsSocket)
        secured.deadline = deadline
        return secured

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Made at the first https address: reading all authorities takes its time."""
        context = ssl.create_default_context()
        context.load_verify_locations(certifi.where())
        context.sslsocket_class = _TimedTlsSocket
        return context

    def _checked_addresses(self, target: "_Target", deadline: "_Deadline") -> list[tuple[Any, Any]]:
        """Family and socket address of each; one that is not permitted refuses the whole name."""
        found = _resolve(target.host, target.port, deadline)
        for _, socket_address in found:
            address = ipaddress.ip_address(socket_address[0].partition("%")[0])
            if not self._permits(address, target.port):
                raise RefusedAddress(f"{target.host} is not a host of the public web")
        return found[:MAX_ADDRESSES]


@dataclass(frozen=True)
class _Target:
    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == (443 if self.is_secure else 80)
        return host if is_usual else f"{host}:{self.port}"


class _Deadline:
    """The moment at which a whole request has to be done."""

    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """The seconds that are left; raises TimeoutError."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("it took too long")
        return left


class _TimedSocket(socket.socket):
    """Each read waits no longer than the whole request may."""

    deadline: _Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


class _TimedTlsSocket(ssl.SSLSocket):
    """The same; the handshake and each write have the time that was left at the connection."""

    deadline: _Deadline

    def recv_into(self, *args: Any, **kwargs: Any) -> int:
        self.settimeout(self.deadline.left())
        return super().recv_into(*args, **kwargs)


def _parse(url: str) -> _Target:
    if len(url) > MAX_URL_LENGTH:
        raise RefusedAddress("the address is too long")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise RefusedAddress("the address is not valid") from error
    if parts.scheme not in ("http", "https"):
        raise RefusedAddress("the address is not one of the web")
    if parts.username is not None or parts.password is not None:
        raise RefusedAddress("the address holds a name or a password")
    is_secure = parts.scheme == "https"
    path = quote(parts.path or "/", safe=SAFE_IN_PATHS)
    if parts.query:
        path += "?" + quote(parts.query, safe=SAFE_IN_PATHS + "?[]")
    default = 443 if is_secure else 80
    return _Target(is_secure, _host(parts.hostname or ""), default if port is None else port, path)


def _host(name: str) -> str:
    if ":" in name:  # an address of IPv6
        try:
            address = ipaddress.IPv6Address(name)
        except ValueError as error:
            raise RefusedAddress("the host is not valid") from error
        if address.scope_id is not None:
            raise RefusedAddress("the host is an address of one network")
        return str(address)
    try:
        ascii_name = name.encode("idna").decode()
    except UnicodeError as error:
        raise RefusedAddress("the host is not valid") from error
    if not HOST_NAME.fullmatch(ascii_name):
        raise RefusedAddress("the host is not valid")
    return ascii_name


def _resolve(host: str, port: int, deadline: _Deadline) -> list[tuple[Any, Any]]:
    """In a thread of its own: the name server may take longer than the request may."""
    results: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def look_up() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            results.put([(family, address) for family, _, _, _, address in found])
        except OSError as error:
            results.put(error)

    threading.Thread(target=look_up, name="resolve", daemon=True).start()
    try:
        found = results.get(timeout=deadline.left())
    except queue.Empty as error:
        raise TimeoutError("its name was not resolved in time") from error
    if isinstance(found, OSError):
        raise found
    return found  # type: ignore[no-any-return]


def _read(url: str, response: HTTPResponse, max_bytes: int, deadline: _Deadline) -> Answer:
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
