"""Calls to another service: pooled, with timeouts, retries and a circuit breaker."""

from contextlib import nullcontext
from functools import lru_cache
from typing import Any, TypeVar, cast

import orjson
import requests
from flask import has_request_context
from pydantic import SecretStr
from requests.exceptions import ConnectTimeout, InvalidHeader, InvalidURL, ReadTimeout
from requests.structures import CaseInsensitiveDict
from requests.utils import default_headers
from urllib3.exceptions import NewConnectionError

from servicekit.breaker import Breaker
from servicekit.kept_connections import (
    LARGEST_BODY,
    Answer,
    KeptConnections,
    NotAnswered,
    NotConnected,
)
from servicekit.language import _, current_language
from servicekit.service_adapter import IDEMPOTENT, REPEATED, ServiceAdapter, make_retries
from servicekit.slots import Slots
from servicekit.web import request_ids
from servicekit.web.errors import (
    PROBLEM_PREFIX,
    BadRequest,
    Problem,
    ProblemBody,
    Unauthorized,
    Unavailable,
)
from servicekit.web.service_calls import SERVICE_SECRET_HEADER

PROBLEM_MEMBERS = frozenset(ProblemBody.__annotations__)
PROBE_TIMEOUT = (1.0, 1.0)
Timeout = tuple[float, float]
Shape = TypeVar("Shape")


class ServiceClient:
    """Calls the upstream service at `base_url`; returns its answers, also 4xx and 5xx.

    Raises `Unavailable` while it cannot be reached, `BadRequest` for a header or path that HTTP
    does not allow. `timeout` is (connect, read) in seconds. A request is repeated, after a jittered
    pause, when it never reached the upstream, or when its method is idempotent and the answer was
    502, 503 or 504. `max_calls` limits how many threads wait for the upstream at a time.
    """

    def __init__(
        self,
        base_url: str,
        *,
        service_secret: SecretStr | None = None,
        timeout: Timeout = (1, 5),
        pool_size: int = 32,
        max_calls: int | None = None,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._adapter = ServiceAdapter(pool_maxsize=pool_size, max_retries=make_retries())
        is_plain = base_url.startswith("http://")
        self._kept = KeptConnections(base_url, pool_size) if is_plain else None
        self._headers = {**default_headers(), "Accept-Encoding": "identity"}
        if service_secret is not None:
            self._headers[SERVICE_SECRET_HEADER] = service_secret.get_secret_value()
        self._breaker = Breaker(self._answers)
        self._slots = Slots(max_calls) if max_calls else None

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        timeout: Timeout | None = None,
        carries_file: bool = False,
        stream: bool = False,
        **content: Any,
    ) -> requests.Response:
        """Send a request to `path`; `token` goes as bearer token.

        `content` is what `requests` calls `params`, `data` and `json`. With `stream` the caller
        reads and closes the answer. With `carries_file` it does not count towards `max_calls`.
        """
        if not self._breaker.allows():
            raise _away()
        all_headers = self._headers | (headers or {})
        request_id = request_ids.current_request_id()
        if request_id:
            all_headers.setdefault(request_ids.HEADER, request_id)
        if "Accept-Language" not in all_headers and has_request_context():
            all_headers["Accept-Language"] = current_language().tag
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        request = _prepared(method, self.base_url + path, all_headers, **content)
        slot = self._slots.taken() if self._slots and not carries_file else nullcontext()
        with slot:
            return self._send(request, timeout or self._timeout, stream)

    def get(self, path: str, **kwargs: Any) -> requests.Response:
        return self.request("GET", path, **kwargs)

    def post(self, path: str, **kwargs: Any) -> requests.Response:
        return self.request("POST", path, **kwargs)

    def put(self, path: str, **kwargs: Any) -> requests.Response:
        return self.request("PUT", path, **kwargs)

    def patch(self, path: str, **kwargs: Any) -> requests.Response:
        return self.request("PATCH", path, **kwargs)

    def delete(self, path: str, **kwargs: Any) -> requests.Response:
        return self.request("DELETE", path, **kwargs)

    def _send(
        self, request: requests.PreparedRequest, timeout: Timeout, stream: bool
    ) -> requests.Response:
        try:
            response = None if stream else self._send_quickly(request, timeout)
            if response is None:
                response = self._adapter.send(request, stream=True, timeout=timeout)
            if not stream:
                _ = response.content  # reads it, and gives the connection back
        except requests.RequestException as error:
            if _never_connected(error):
                self._breaker.could_not_connect()
            else:
                self._breaker.was_not_answered()
            raise _away() from error
        self._breaker.succeeded()
        return response

    def _send_quickly(
        self, request: requests.PreparedRequest, timeout: Timeout
    ) -> requests.Response | None:
        """Try once; None if the request needs more than that, and may be sent again."""
        method, body = str(request.method), request.body or b""
        is_short = isinstance(body, bytes) and len(body) <= LARGEST_BODY
        if self._kept is None or not is_short or method == "HEAD":
            return None
        try:
            answer = self._kept.exchange(
                method, request.path_url, request.headers, cast(bytes, body), timeout
            )
        except TimeoutError as error:
            raise ReadTimeout(request=request) from error
        except NotConnected:
            return None
        except NotAnswered as error:
            if method in IDEMPOTENT:
                return None
            raise requests.ConnectionError(request=request) from error
        if answer.status in REPEATED and method in IDEMPOTENT:
            return None
        return _as_response(request, answer)

    def _answers(self) -> bool:
        """Whether the upstream answers its health check, with any status."""
        try:
            with requests.Session() as session:
                session.trust_env = False
                session.get(f"{self.base_url}/healthz", timeout=PROBE_TIMEOUT)
        except requests.RequestException:
            return False
        return True


def json_of(response: requests.Response, shape: type[Shape]) -> Shape:
    """The body of a success, which is trusted to have this shape; raises Problem."""
    return cast(Shape, orjson.loads(check(response).content))


def check(response: requests.Response) -> requests.Response:
    """Raises what `problem_in` returns, unless it is a success."""
    if not response.ok:
        raise problem_in(response)
    return response


def problem_in(response: requests.Response) -> Problem:
    """The problem+json of another service; `Unavailable` if the answer is not one."""
    try:
        body = orjson.loads(response.content)
        code = str(body["type"]).removeprefix(PROBLEM_PREFIX)
        detail, errors = str(body["detail"]), body.get("errors")
        members = {name: value for name, value in body.items() if name not in PROBLEM_MEMBERS}
    except (ValueError, KeyError, TypeError):
        return Unavailable(_("A required service sent an invalid answer; try again shortly."))
    if response.status_code == 401:
        problem: Problem = Unauthorized(detail, code)
    else:
        retry_after = response.headers.get("Retry-After")
        headers = {"Retry-After": retry_after} if retry_after else {}
        problem = Problem(response.status_code, code, detail, errors=errors, headers=headers)
    problem.members = members
    return problem


class _Request(requests.PreparedRequest):
    path_url: str = ""
    """The path and query; `requests` reads them from the address each time."""


def _prepared(
    method: str,
    url: str,
    headers: dict[str, str],
    *,
    params: Any = None,
    data: Any = None,
    json: Any = None,
) -> requests.PreparedRequest:
    request = _Request()
    request.method = method
    try:
        request.url, request.path_url = _encoded(url, tuple((params or {}).items()))
        request.prepare_headers(headers)
    except (InvalidHeader, InvalidURL) as error:
        raise BadRequest(_("A header or the path of this request is not valid HTTP.")) from error
    request.prepare_body(data, None, json)
    return request


@lru_cache(1000)
def _encoded(url: str, params: tuple[tuple[str, str | int | None], ...]) -> tuple[str | None, str]:
    """The address, and its path and query; most calls ask for the same few."""
    request = requests.PreparedRequest()
    request.prepare_url(url, params)
    return request.url, request.path_url


def _as_response(request: requests.PreparedRequest, answer: Answer) -> requests.Response:
    response = requests.Response()
    response.status_code = answer.status
    response.headers = CaseInsensitiveDict(answer.headers)
    response._content = answer.body
    response.request = request
    response.url = str(request.url)
    return response


def _never_connected(error: requests.RequestException) -> bool:
    reason = getattr(error.args[0], "reason", None) if error.args else None
    return isinstance(error, ConnectTimeout) or isinstance(reason, NewConnectionError)


def _away() -> Unavailable:
    return Unavailable(_("A required service is unavailable; try again shortly."))
