"""Publishes to the other processes of this service; messages are lost while Redis is away."""

import logging
from collections import deque
from collections.abc import Iterable

import redis

from realtime_service.transport.worker import Driver
from servicekit.topics import PREFIX

REDIS_SECONDS = 1.0
MAX_WAITING = 1000
Message = tuple[str, bytes]
"""Topic (without the prefix) and payload."""
log = logging.getLogger(__name__)


class Publisher:
    """Collects the messages of one turn of the loop, and sends them together."""

    def __init__(self, redis_url: str, driver: Driver) -> None:
        self._redis = redis.Redis.from_url(
            redis_url,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            retry=None,
        )
        self._driver = driver
        self._waiting: deque[Message] = deque()
        self._is_publishing = False

    def publish_soon(self, topic: str, payload: bytes) -> None:
        """Publish without waiting; beyond a number of waiting messages, drop this one."""
        if len(self._waiting) >= MAX_WAITING:
            return
        self._waiting.append((topic, payload))
        if not self._is_publishing:
            self._is_publishing = True
            self._driver.spawn(self._publish_waiting)

    def publish(self, messages: Iterable[Message]) -> None:
        """Publish, and wait for Redis."""
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                for topic, payload in messages:
                    pipeline.publish(PREFIX + topic, payload)
                pipeline.execute()
        except redis.RedisError as error:
            log.info("publishing failed: %s", error)

    def _publish_waiting(self) -> None:
        try:
            while self._waiting:
                messages, self._waiting = self._waiting, deque()
                self.publish(messages)
        finally:
            self._is_publishing = False
