"""The name and the address for which passkeys are made: those of PUBLIC_URL."""

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from servicekit.loopback import is_loopback


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """`id` is a domain; browsers use passkeys at `origin` alone."""

    id: str
    origin: str


def relying_party(public_url: str) -> RelyingParty | None:
    """None where passkeys are not possible: they belong to a domain, never to an IP address.

    A Parley on this machine has the name localhost, which browsers trust without TLS.
    """
    url = urlsplit(public_url)
    host = url.hostname or ""
    if not _is_address(host):
        return RelyingParty(host, f"{url.scheme}://{url.netloc}".lower())
    if not is_loopback(host):
        return None
    port = f":{url.port}" if url.port else ""
    return RelyingParty("localhost", f"{url.scheme}://localhost{port}")


def passkey_origin(public_url: str) -> str | None:
    """Where passkeys work; None where they do not."""
    party = relying_party(public_url)
    return party.origin if party else None


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
