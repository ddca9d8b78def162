"""A person's tab: the stock Socket.IO client for Python, which records what it receives."""

from collections.abc import Callable
from typing import Any, Self

import socketio

from tests.support.cast import Person
from tests.support.waiting import wait_until

PATIENCE = 30
"""Seconds that a loaded machine may take for anything."""


class Tab:
    """A person's tab: python-socketio's client, which records everything it receives."""

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        transports: list[str] | None = None,
        **options: Any,
    ) -> None:
        self.received: list[tuple[str, Any]] = []
        self.client = socketio.Client(reconnection=options.pop("reconnection", False))
        self.client.on("*", self._note)
        auth = {"token": token} if token else None
        options.setdefault("wait_timeout", PATIENCE)
        self.client.connect(url, auth=auth, transports=transports or ["websocket"], **options)

    @classmethod
    def of(cls, url: str, person: Person, **options: Any) -> Self:
        """Connected and `ready` received."""
        tab = cls(url, person.token, **options)
        tab.wait_for_notice("ready")
        return tab

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.client.disconnect()

    def all(self, name: str) -> list[Any]:
        return [data for event, data in tuple(self.received) if event == name]

    def events(self, type: str | None = None) -> list[dict[str, Any]]:
        return [e for e in self.all("event") if type in (None, e["type"])]

    def contents(self) -> list[str]:
        """The contents received, in the log's order: the stock client handles each packet in a
        thread of its own.
        """
        return [e["data"]["content"] for e in self.in_order() if e["type"] == "message.created"]

    def in_order(self) -> list[dict[str, Any]]:
        return sorted(self.events(), key=lambda e: (e["conversation_id"], e["seq"]))

    def wait_for_content(self, content: str, timeout: float = PATIENCE) -> None:
        wait_until(lambda: content in self.contents(), timeout, what=f"{content!r} is received")

    def wait_for_notice(self, type: str, timeout: float = PATIENCE) -> dict[str, Any]:
        def find() -> list[dict[str, Any]]:
            return [n["data"] for n in self.all("notice") if n["type"] == type]

        return wait_until(find, timeout, what=f"notice {type}")[-1]

    def wait_for(
        self, name: str, timeout: float = PATIENCE, matches: Callable[[Any], bool] = lambda _: True
    ) -> Any:
        """The latest payload of `name` that matches, received already or still to come."""

        def found() -> list[Any]:
            return [payload for payload in self.all(name) if matches(payload)]

        return wait_until(found, timeout, what=f"{name} is received")[-1]

    def wait_for_count(self, name: str, count: int, timeout: float = PATIENCE) -> None:
        """Returns when `count` packets of that name have arrived."""
        wait_until(lambda: len(self.all(name)) >= count, timeout, what=f"{count} × {name}")

    def presence_of(self, person: Person) -> str | None:
        statuses = [p["status"] for p in self.all("presence") if p["user_id"] == person.id]
        return statuses[-1] if statuses else None

    def call(self, event: str, data: Any) -> Any:
        return self.client.call(event, data, timeout=PATIENCE)

    def say(self, room: str | int, msg: str, **fields: Any) -> Any:
        return self.call("text", {"room": room, "msg": msg, **fields})

    def _note(self, event: str, data: Any = None) -> None:
        self.received.append((event, data))
