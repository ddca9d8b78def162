"""Reverse proxy for the API: requests and responses are streamed unchanged."""

import re
import sys
from collections.abc import Iterable, Iterator
from typing import Any, Protocol
from urllib.parse import quote

import requests
from flask import Blueprint, Response, request
from urllib3.exceptions import HTTPError
from werkzeug.exceptions import ClientDisconnected

from gateway_frontend.cookies import session_cookie
from gateway_frontend.parts import current_parts
from servicekit.http import ServiceClient, Timeout
from servicekit.identity.verify import current_identity
from servicekit.web.app import DEFAULT_BODY_BYTES
from servicekit.web.errors import NotFound, Unavailable
from servicekit.web.methods import WRITING_METHODS
from servicekit.web.service_calls import client_address

FILES = re.compile(r"attachments(/.*)?")
EXPORTS = re.compile(r"admin/import/?|(admin/|conversations/[^/]+/)?export/?")
PICTURES = re.compile(r"(users/[^/]+/avatar|settings/icon)/?")
METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
USERS_PATHS = frozenset(
    {"users", "people", "sessions", "tokens", "invites", "password-resets", "settings", "audit"}
)
MESSAGES_OF_SOMEBODY = re.compile(r"users/[^/]+/messages/?")
# Any other could be one that HTTP does not allow, or one that only the gateway may send a service.
SENT = frozenset(
    [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "content-encoding",
        "content-type",
        "if-match",
        "if-modified-since",
        "if-none-match",
        "if-range",
        "if-unmodified-since",
        "origin",
        "range",
        "user-agent",
    ]
)
NOT_RETURNED = frozenset(
    [
        "connection",
        "keep-alive",
        "proxy-authenticate",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
        "set-cookie",
        "server",
        "date",
        "x-request-id",
    ]
)
CHUNK = 64 * 1024
TIMEOUT = (1.0, 5.0)
# After a timeout the outcome of a change is unknown, so changes get longer.
CHANGE_TIMEOUT = (1.0, 15.0)
# The first is also how long a service may take none of what is sent, while its disk is busy, say.
FILE_TIMEOUT = (30.0, 60.0)
# Before the first byte the service reads, or stores, everything.
EXPORT_TIMEOUT = (1.0, 3600.0)
LONG_POLLING_TIMEOUT = (1.0, 60.0)

api = Blueprint("api", __name__)
socket_io = Blueprint("socket_io", __name__)


@api.route("/api/<path:rest>", methods=METHODS)
def pass_on(rest: str) -> Response:
    """Forward to the owning service, with the bearer token or else that of the cookie."""
    parts = current_parts()
    is_users = rest.split("/")[0] in USERS_PATHS and not MESSAGES_OF_SOMEBODY.fullmatch(rest)
    service = parts.users.http if is_users else parts.messages.http
    cookie = None if "Authorization" in request.headers else session_cookie()
    token = parts.logins.find(cookie).access_token if cookie else None
    is_file = FILES.fullmatch(rest) is not None
    is_export = EXPORTS.fullmatch(rest) is not None
    takes_file = is_file or is_export or PICTURES.fullmatch(rest) is not None
    body = _upload(token) if takes_file else request.get_data(cache=False) or None
    answer = _send(
        service,
        f"/api/{_clean(rest)}",
        token=token,
        data=body,
        timeout=_timeout(rest),
        carries_file=is_file or is_export or not isinstance(body, bytes | None),
    )
    if cookie and answer.status_code == 401:
        parts.logins.forget(cookie)
    return answer


@api.post("/hooks/<token>")
def pass_on_hook(token: str) -> Response:
    """A message for an incoming webhook; the address is the only credential."""
    body = request.get_data(cache=False) or None
    path = f"/hooks/{_clean(token)}"
    return _send(current_parts().messages.http, path, data=body, timeout=CHANGE_TIMEOUT)


@api.get("/.well-known/jwks.json")
def jwks() -> Response:
    return _send(current_parts().users.http, "/.well-known/jwks.json", timeout=TIMEOUT)


@socket_io.route("/socket.io/", methods=["GET", "POST"])
def long_polling() -> Response:
    """For the tutorial's page, whose `io()` connects to the host of the page."""
    body = request.get_data(cache=False) or None
    return _send(current_parts().realtime, "/socket.io/", data=body, timeout=LONG_POLLING_TIMEOUT)


def _timeout(rest: str) -> Timeout:
    if FILES.fullmatch(rest):
        return FILE_TIMEOUT
    if EXPORTS.fullmatch(rest):
        return EXPORT_TIMEOUT
    return TIMEOUT if request.method in ("GET", "HEAD", "OPTIONS") else CHANGE_TIMEOUT


def _clean(path: str) -> str:
    """Reject dot segments, which would be resolved on the way and lead out of /api."""
    if any(segment in ("", ".", "..") for segment in path.rstrip("/").split("/")) or "\\" in path:
        raise NotFound()
    return quote(path, safe="/:@!$&'()*+,;=~-._")


def _send(
    service: ServiceClient, path: str, *, carries_file: bool = False, **options: Any
) -> Response:
    query = request.query_string.decode("ascii", "replace")
    # The answer to a change is short, unless it is a file; reading it whole is cheaper.
    is_streamed = carries_file or request.method not in WRITING_METHODS
    answer = service.request(
        request.method,
        f"{path}?{query}" if query else path,
        headers=_headers_to_send(),
        stream=is_streamed,
        carries_file=carries_file,
        **options,
    )
    body = _body(answer) if is_streamed else [answer.content]
    response = Response(body, status=answer.status_code, direct_passthrough=True)
    response.headers.clear()
    for name, value in answer.headers.items():
        if name.lower() not in NOT_RETURNED:
            response.headers.add(name, value)
    response.call_on_close(answer.close)
    return response


def _headers_to_send() -> dict[str, str]:
    kept = {name: value for name, value in request.headers if name.lower() in SENT}
    # In place of an absent header the HTTP client would send its own, which the caller cannot read.
    kept.setdefault("Accept-Encoding", "identity")
    kept.setdefault("User-Agent", "unknown")
    return kept | {"X-Forwarded-For": client_address()}


class _Readable(Protocol):
    def read(self, size: int = -1) -> bytes: ...


class _SizedBody:
    """A request body of known length that is streamed."""

    def __init__(self, stream: _Readable, length: int) -> None:
        self._stream, self._length = stream, length
        self._left = length

    def __len__(self) -> int:
        return self._length

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(size)
        self._left -= len(chunk)
        if not chunk and self._left > 0:
            # The service behind would wait for the rest; this cuts the request off there too.
            raise ClientDisconnected()
        return chunk


def _upload(token: str | None) -> bytes | Iterator[bytes] | _SizedBody | None:
    request.max_content_length = sys.maxsize  # the service itself limits files
    length = request.content_length
    is_chunked = request.headers.get("Transfer-Encoding", "").lower() == "chunked"
    if length is None and not is_chunked:
        return None
    if token is None and not current_parts().settings.tutorial:
        current_identity()  # only read the bodies of known callers
    if length is None:
        return _chunks(request.stream)
    # A short one is held: it is sent again when a kept-alive connection turns out to be closed.
    is_short = length <= DEFAULT_BODY_BYTES
    return request.get_data(cache=False) if is_short else _SizedBody(request.stream, length)


def _chunks(stream: _Readable) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _body(answer: requests.Response) -> Iterable[bytes]:
    """The bytes as they came, still compressed if they were; a short body in one piece."""
    if answer.raw.length_remaining is not None and answer.raw.length_remaining <= CHUNK:
        try:
            return [answer.raw.read(decode_content=False)]
        except HTTPError as error:
            raise Unavailable("A required service did not finish its answer.") from error
    stream: Iterable[bytes] = answer.raw.stream(CHUNK, decode_content=False)
    return stream
