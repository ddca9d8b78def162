"""How often somebody may do something."""

import time


class Rate:
    """At most `limit` in every window of `seconds`, counted for each key by itself."""

    def __init__(self, limit: int, seconds: float) -> None:
        self._limit = limit
        self._seconds = seconds
        self._window = -1
        self._counts: dict[int, int] = {}

    def allows(self, key: int) -> bool:
        """Count one more for `key`; False when that is too many."""
        window = int(time.monotonic() / self._seconds)
        if window != self._window:
            self._window = window
            self._counts.clear()
        count = self._counts[key] = self._counts.get(key, 0) + 1
        return count <= self._limit
