"""Limits concurrent calls to one service, so that a frozen one does not occupy every thread."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from servicekit.language import _
from servicekit.web.errors import Unavailable

PATIENCE_SECONDS = 0.5
LONGEST_WAIT_SECONDS = 5.0


class Slots:
    """Callers wait for a slot while other calls finish; they are refused once none finishes."""

    def __init__(self, total: int) -> None:
        self._free = total
        self._last_change = time.monotonic()
        self._changed = threading.Condition()

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Occupy a slot; raises Unavailable when none becomes free."""
        self._take()
        try:
            yield
        finally:
            with self._changed:
                self._free += 1
                self._last_change = time.monotonic()
                self._changed.notify()

    def _take(self) -> None:
        with self._changed:
            if self._free == 0:
                self._wait()
            self._free -= 1
            if self._free == 0:
                self._last_change = time.monotonic()

    def _wait(self) -> None:
        began = time.monotonic()
        while self._free == 0:
            until = min(self._last_change + PATIENCE_SECONDS, began + LONGEST_WAIT_SECONDS)
            left = until - time.monotonic()
            if left <= 0:
                raise Unavailable(_("A required service is too slow; try again shortly."))
            self._changed.wait(left)
