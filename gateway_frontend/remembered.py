"""Answers of services that pages need and that seldom change."""

import logging
import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from servicekit.web.errors import Problem

REMEMBERED_SECONDS = 300.0
PAUSE_SECONDS = 5.0
TIMEOUT = (1.0, 1.0)
Value = TypeVar("Value")
log = logging.getLogger(__name__)


class Remembered(Generic[Value]):
    """An answer that is read when it is first needed, and again after five minutes or `forget`.

    While the service is away the last one stays valid; before the first one it is `fallback`.
    """

    def __init__(self, ask: Callable[[], Value], fallback: Value) -> None:
        self._ask = ask
        self._known = fallback
        self._next_read = 0.0
        self._lock = threading.Lock()

    def read(self) -> Value:
        with self._lock:
            if time.monotonic() >= self._next_read:
                self._refresh()
            return self._known

    def forget(self) -> None:
        """Ask again when it is next needed."""
        with self._lock:
            self._next_read = 0.0

    def _refresh(self) -> None:
        try:
            self._known = self._ask()
        except Problem as problem:
            log.info("remembered: %s", problem.detail)
            self._next_read = time.monotonic() + PAUSE_SECONDS
        else:
            self._next_read = time.monotonic() + REMEMBERED_SECONDS
