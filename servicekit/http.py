"""Calls to a neighbouring service: pooled, timed, retried, stopped when it is down."""

from typing import Any

import requests
from circuitbreaker import CircuitBreaker
from pydantic import SecretStr
from requests.adapters import HTTPAdapter
from urllib3.util import Retry

from servicekit import request_ids
from servicekit.errors import Unavailable

SERVICE_SECRET_HEADER = "X-Service-Secret"
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
Timeout = tuple[float, float]


class ServiceClient:
    """A neighbour at `base_url`: its answers are returned, also 4xx and 5xx.

    `Unavailable` is raised while it is away. `timeout` is (connect, read) in seconds. A request is
    repeated, after a jittered pause, when it never reached the neighbour, or when its method is
    idempotent and the answer was 502, 503 or 504.
    """

    def __init__(
        self,
        base_url: str,
        *,
        service_secret: SecretStr | None = None,
        timeout: Timeout = (1, 5),
        pool_size: int = 32,
    ) -> None:
        self.base_url = base_url.rstrip("/")
        self._timeout = timeout
        self._session = requests.Session()
        # No proxies or .netrc from the environment: neighbours are reached directly.
        self._session.trust_env = False
        adapter = HTTPAdapter(pool_maxsize=pool_size, max_retries=_retries())
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        if service_secret is not None:
            self._session.headers[SERVICE_SECRET_HEADER] = service_secret.get_secret_value()
        self._breaker = CircuitBreaker(
            failure_threshold=5, recovery_timeout=2, expected_exception=requests.RequestException
        )

    def request(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        headers: dict[str, str] | None = None,
        timeout: Timeout | None = None,
        **kwargs: Any,
    ) -> requests.Response:
        """Send a request to `path`; `token` goes as bearer token, other keywords to requests."""
        if self._breaker.opened:
            raise self._away()
        all_headers = dict(headers or {})
        request_id = request_ids.current_request_id()
        if request_id:
            all_headers.setdefault(request_ids.HEADER, request_id)
        if token:
            all_headers["Authorization"] = f"Bearer {token}"
        try:
            with self._breaker:
                return self._session.request(
                    method,
                    self.base_url + path,
                    headers=all_headers,
                    timeout=timeout or self._timeout,
                    allow_redirects=False,
                    **kwargs,
                )
        except requests.RequestException as error:
            raise self._away() from error

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

    def _away(self) -> Unavailable:
        return Unavailable(
            "A part of Parley that this needs does not answer; try again in a moment."
        )


def _retries() -> Retry:
    return Retry(
        total=2,
        connect=2,
        read=1,
        status=2,
        other=0,
        redirect=0,
        allowed_methods=IDEMPOTENT,
        status_forcelist=(502, 503, 504),
        backoff_factor=0.05,
        backoff_jitter=0.1,
        raise_on_status=False,
        respect_retry_after_header=False,
    )
