"""Which addresses belong to the public web, and what their names resolve to."""

import ipaddress
import queue
import re
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from servicekit.public_web.deadlines import Deadline

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Permits = Callable[[Address, int], bool]

PORTS = frozenset({80, 443})
MAX_URL_LENGTH = 4000
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
class Target:
    is_secure: bool
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        is_usual = self.port == (443 if self.is_secure else 80)
        return host if is_usual else f"{host}:{self.port}"


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
    parse(url)


def parse(url: str) -> Target:
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
    return Target(is_secure, _host(parts.hostname or ""), default if port is None else port, path)


def resolve(host: str, port: int, deadline: Deadline) -> list[tuple[Any, Any]]:
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
