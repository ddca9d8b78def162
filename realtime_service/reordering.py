"""Events that arrive out of order: held for a short time, so that clients need not read the log.

Two processes of messages_service publish independently, so event 8 may arrive before event 7.
"""

import time
from collections.abc import Callable

from realtime_service.redis_messages import Event
from realtime_service.transport.worker import Driver

HOLD_SECONDS = 0.1
MAX_HELD = 2000
"""In all topics together; further events are delivered in the order of arrival."""


class EarlyEvents:
    """Holds events by topic and seq. `release` is called with those that waited too long."""

    def __init__(self, driver: Driver, release: Callable[[str, list[Event]], None]) -> None:
        self._driver = driver
        self._release = release
        self._held: dict[str, dict[int, Event]] = {}
        self._count = 0

    def hold(self, topic: str, event: Event) -> bool:
        """Whether `event` is held until its turn, or until HOLD_SECONDS have passed."""
        if self._count >= MAX_HELD:
            return False
        held = self._held.get(topic)
        if held is None:
            held = self._held[topic] = {}
            self._driver.spawn(self._release_later, topic, held)
        if event.seq not in held:
            held[event.seq] = event
            self._count += 1
        return True

    def pop(self, topic: str, seq: int) -> Event | None:
        """The held event whose turn it is now."""
        held = self._held.get(topic)
        event = held.pop(seq, None) if held else None
        if event is None:
            return None
        self._count -= 1
        if not held:
            del self._held[topic]
        return event

    def _release_later(self, topic: str, held: dict[int, Event]) -> None:
        time.sleep(HOLD_SECONDS)
        if self._held.get(topic) is held:
            del self._held[topic]
            self._count -= len(held)
            self._release(topic, [held[seq] for seq in sorted(held)])
