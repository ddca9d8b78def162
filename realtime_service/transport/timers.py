"""Calls after a fixed delay: heartbeats and time limits, with one task for all sockets."""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from realtime_service.transport.worker import Driver

Call = tuple[float, Callable[..., Any], tuple[Any, ...]]


class Timer:
    """Calls functions after `seconds`. The delay is the same for all, so a plain queue keeps them
    in order.
    """

    def __init__(self, driver: Driver, seconds: float) -> None:
        self._driver = driver
        self._seconds = seconds
        self._calls: deque[Call] = deque()
        self._is_running = False

    def add(self, function: Callable[..., Any], *args: Any) -> None:
        self._calls.append((time.monotonic() + self._seconds, function, args))
        if not self._is_running:
            self._is_running = True
            self._driver.spawn(self._run)

    def _run(self) -> None:
        try:
            while self._calls:
                due, function, args = self._calls[0]
                wait = due - time.monotonic()
                if wait > 0:
                    time.sleep(wait)
                    continue
                self._calls.popleft()
                function(*args)
        finally:
            self._is_running = False
            if self._calls:  # a call failed; the others must still run
                self._is_running = True
                self._driver.spawn(self._run)
