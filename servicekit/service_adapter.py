"""The part of `requests` that calls to another service use: one pool, and when to try again."""

from typing import Any, Self

import requests
from requests.adapters import HTTPAdapter
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import ReadTimeoutError
from urllib3.util import Retry

IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE", "OPTIONS"})
REPEATED = frozenset({502, 503, 504})
"""Statuses after which an idempotent request is sent again."""


class ServiceAdapter(HTTPAdapter):
    """Sends to one service: its connection pool is looked up once, and no answer sets cookies.

    With a `requests.Session`, which does both for each request, a call costs twice the time.
    Nor are there proxies or passwords from the environment: services are reached directly.
    """

    _pool: Any = None

    def get_connection_with_tls_context(self, *args: Any, **options: Any) -> Any:
        if self._pool is None:
            self._pool = super().get_connection_with_tls_context(*args, **options)
        return self._pool

    def request_url(self, request: requests.PreparedRequest, proxies: Any) -> str:
        return request.path_url

    def build_response(self, req: requests.PreparedRequest, resp: Any) -> requests.Response:
        response = requests.Response()
        response.status_code = resp.status
        response.reason = resp.reason
        response.headers = CaseInsensitiveDict(resp.headers)
        response.raw = resp
        response.request = req
        response.url = str(req.url)
        return response


def make_retries() -> Retry:
    return _Retry(
        total=2,
        connect=2,
        read=1,
        status=2,
        other=0,
        redirect=0,
        allowed_methods=IDEMPOTENT,
        status_forcelist=REPEATED,
        backoff_factor=0.05,
        backoff_jitter=0.1,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


class _Retry(Retry):
    """Retries, but not after a read timeout: the caller would wait twice as long."""

    def increment(self, *args: Any, **kwargs: Any) -> Self:
        error = kwargs.get("error")
        if isinstance(error, ReadTimeoutError):
            raise error
        return super().increment(*args, **kwargs)
