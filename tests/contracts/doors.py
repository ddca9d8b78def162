"""The two ways to the same API: by the gateway, or straight to the service that owns the path."""

import re
from dataclasses import dataclass
from typing import Any

import requests

from tests.support.cast import Person
from tests.support.stack import Stack

USERS_PATHS = re.compile(
    r"/(api/(users|people|sessions|tokens|invites|password-resets|settings|audit)|\.well-known)(/|\?|$)"
)
MESSAGES_OF_SOMEBODY = re.compile(r"/api/users/[^/]+/messages/?(\?|$)")
_session = requests.Session()
_session.trust_env = False


@dataclass(frozen=True)
class Door:
    """`door.get("/api/users", alice)`: a request by a person, or without a token."""

    users_url: str
    messages_url: str

    @classmethod
    def named(cls, name: str, stack: Stack) -> "Door":
        if name == "gateway":
            return cls(stack.url, stack.url)
        return cls(stack.users_url, stack.messages_url)

    def url(self, path: str) -> str:
        is_users = USERS_PATHS.match(path) and not MESSAGES_OF_SOMEBODY.match(path)
        return (self.users_url if is_users else self.messages_url) + path

    def request(
        self,
        method: str,
        path: str,
        who: Person | str | None = None,
        *,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> requests.Response:
        """`who` is a person, or a token."""
        token = who.token if isinstance(who, Person) else who
        credentials = {"Authorization": f"Bearer {token}"} if token else {}
        answer = _session.request(
            method,
            self.url(path),
            headers=credentials | (headers or {}),
            timeout=20,
            allow_redirects=False,
            **options,
        )
        if answer.status_code == 413:  # the server may close it instead of reading the rest
            _session.close()
        return answer

    def get(self, path: str, who: Person | str | None = None, **options: Any) -> requests.Response:
        return self.request("GET", path, who, **options)

    def post(self, path: str, who: Person | str | None = None, **options: Any) -> requests.Response:
        return self.request("POST", path, who, **options)

    def put(self, path: str, who: Person | str | None = None, **options: Any) -> requests.Response:
        return self.request("PUT", path, who, **options)

    def patch(
        self, path: str, who: Person | str | None = None, **options: Any
    ) -> requests.Response:
        return self.request("PATCH", path, who, **options)

    def delete(
        self, path: str, who: Person | str | None = None, **options: Any
    ) -> requests.Response:
        return self.request("DELETE", path, who, **options)

    def send(self, author: Person, **body: Any) -> dict[str, Any]:
        """A message as it was stored."""
        answer = self.post("/api/messages", author, json={"content": "hello"} | body)
        assert answer.status_code == 201, answer.text
        message: dict[str, Any] = answer.json()
        return message
