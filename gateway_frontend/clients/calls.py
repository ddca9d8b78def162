"""Headers, changes and pages of lists, as all clients need them."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

from requests import Response

from servicekit.http import ServiceClient, check
from servicekit.web.service_calls import client_address


def seen_from(user_agent: str) -> dict[str, str]:
    """Headers that name the person's address and browser."""
    # Leading white space, in Unicode's sense, would make the header one that cannot be sent.
    readable = "".join(filter(str.isprintable, user_agent)).strip()
    return from_address() | {"User-Agent": readable[:500]}


def from_address() -> dict[str, str]:
    """users_service limits requests by the person's address."""
    return {"X-Forwarded-For": client_address()}


def write(service: ServiceClient, method: str, path: str, token: str, **options: Any) -> Response:
    """The answer to a change; limits and the audit log see the person's address."""
    headers = from_address() | options.pop("headers", {})
    return check(service.request(method, path, token=token, headers=headers, **options))


def next_cursor(response: Response, cursor: str) -> int | None:
    """The cursor in a `Link: <…>; rel="next"` (RFC 8288)."""
    url = response.links.get("next", {}).get("url")
    values = parse_qs(urlsplit(url).query).get(cursor) if url else None
    return int(values[0]) if values else None
