"""The stock Socket.IO client for Python, which records the events it receives."""

from collections.abc import Callable
from typing import Any, Self

import socketio

from tests.support.waiting import wait_until


class Listener:
    """A connected client that keeps every event; `received("event")` gives the payloads of one."""

    def __init__(
        self, url: str, token: str | None = None, *, transports: list[str] | None = None
    ) -> None:
        self.client = socketio.Client(reconnection_delay=0.1, reconnection_delay_max=0.5)
        self._events: list[tuple[str, Any]] = []
        self._url, self._token, self._transports = url, token, transports or ["websocket"]
        self.client.on(
            "*", lambda name, *payload: self._events.append((name, payload[0] if payload else None))
        )

    def __enter__(self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def connect(self) -> None:
        auth = {"token": self._token} if self._token else None
        self.client.connect(self._url, transports=self._transports, auth=auth, wait_timeout=10)

    def close(self) -> None:
        self.client.shutdown()

    def received(self, name: str) -> list[Any]:
        return [payload for event, payload in tuple(self._events) if event == name]

    def wait_for(
        self, name: str, matches: Callable[[Any], bool] = lambda _: True, timeout: float = 10
    ) -> Any:
        """The first payload of `name` that matches, come or still to come."""

        def found() -> list[Any]:
            return [payload for payload in self.received(name) if matches(payload)]

        return wait_until(found, timeout, what=f"{name} is heard")[0]
