"""A plain Redis subscriber of everything that the services publish."""

import json
from typing import Any

import redis

from tests.support.waiting import wait_until


class Subscriber:
    """Records messages on topics that match `pattern`, from its creation on."""

    def __init__(self, redis_url: str, pattern: str = "*") -> None:
        self._client: Any = redis.Redis.from_url(redis_url)  # kept: it closes its connections
        self._pubsub = self._client.pubsub()
        self._pubsub.psubscribe(f"parley:{pattern}")
        wait_until(lambda: self._pubsub.get_message(timeout=1), what="subscribed")
        self.messages: list[tuple[str, str]] = []

    def raw(self, topic: str) -> list[str]:
        """The messages received so far on `topic`, oldest first."""
        while (message := self._pubsub.get_message(timeout=0.05)) is not None:
            if message["type"] == "pmessage":
                name = message["channel"].decode().removeprefix("parley:")
                self.messages.append((name, message["data"].decode()))
        return [payload for of, payload in self.messages if of == topic]

    def on(self, topic: str) -> list[dict[str, Any]]:
        """The same, decoded."""
        return [json.loads(payload) for payload in self.raw(topic)]

    def wait_for(self, topic: str, count: int) -> list[dict[str, Any]]:
        """The messages on `topic`, once there are `count`."""
        wait_until(lambda: len(self.on(topic)) >= count, what=f"{count} messages on {topic}")
        return self.on(topic)
