"""HTTP requests with a token, which wait while the server is busy or away."""

import time
from collections.abc import Iterator
from typing import Any

import requests

TIMEOUT = 30
"""Seconds for one answer."""
PAUSE = 2.0
"""Seconds between tries, where the server names no others."""
BUSY = (429, 502, 503, 504)


class ParleyError(Exception):
    """An answer of 400 or above; `problem` is its problem+json (RFC 9457)."""

    def __init__(self, status: int, problem: dict[str, Any]) -> None:
        super().__init__(_describe(status, problem))
        self.status = status
        self.problem = problem


class Connection:
    """The API at `url` with an API token, or with a session that is begun by `log_in`."""

    def __init__(self, url: str, token: str | None = None) -> None:
        self.url = url.rstrip("/")
        self._token = token
        self._session_token: str | None = None
        self._http = requests.Session()

    @property
    def token(self) -> str | None:
        """The API token or access token of the next request."""
        return self._token

    def log_in(self, login: str, password: str) -> None:
        """Begin a session with a nickname or an e-mail address."""
        begun = self.call("POST", "/api/sessions", json={"login": login, "password": password})
        self._token, self._session_token = begun["access_token"], begun["session_token"]

    def renew_token(self) -> None:
        """Get a new access token for the session; API tokens need none."""
        if self._session_token is None:
            return
        body = {"session_token": self._session_token}
        answer = self._send("POST", f"{self.url}/api/sessions/refresh", json=body)
        self._token = _json_of(answer)["access_token"]

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of the answer, None for 204; raises ParleyError."""
        return _json_of(self._request(method, self.url + path, **options))

    def pages(self, path: str, **params: Any) -> Iterator[Any]:
        """The entries of a list, page after page."""
        url: str | None = self.url + path
        while url:
            answer = self._request("GET", url, params=params)
            yield from _json_of(answer)
            url = answer.links.get("next", {}).get("url")
            if url and url.startswith("/"):
                url = self.url + url
            params = {}

    def _request(self, method: str, url: str, **options: Any) -> requests.Response:
        answer = self._send(method, url, **options)
        if answer.status_code == 401 and self._session_token:
            self.renew_token()
            answer = self._send(method, url, **options)
        return answer

    def _send(self, method: str, url: str, **options: Any) -> requests.Response:
        """The first answer that does not ask to try again; a repeat has the same body."""
        while True:
            headers = {"Authorization": f"Bearer {self._token}"} if self._token else {}
            try:
                answer = self._http.request(
                    method, url, headers=headers, timeout=TIMEOUT, **options
                )
            except (requests.ConnectionError, requests.Timeout):
                time.sleep(PAUSE)
                continue
            if answer.status_code not in BUSY:
                return answer
            time.sleep(_retry_after(answer))


def _json_of(answer: requests.Response) -> Any:
    if answer.ok:
        return answer.json() if answer.content else None
    try:
        problem = answer.json()
    except requests.JSONDecodeError:
        problem = {}
    raise ParleyError(answer.status_code, problem if isinstance(problem, dict) else {})


def _describe(status: int, problem: dict[str, Any]) -> str:
    if errors := problem.get("errors"):
        return "; ".join(f"{error['field']}: {error['message']}" for error in errors)
    return str(problem.get("detail") or problem.get("title") or f"status {status}")


def _retry_after(answer: requests.Response) -> float:
    try:
        return max(0.1, float(answer.headers["Retry-After"]))
    except (KeyError, ValueError):
        return PAUSE
