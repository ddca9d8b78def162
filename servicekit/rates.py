"""Rate limits of this process, and rates as settings."""

import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Hashable
from typing import Annotated, Any

from limits import parse
from pydantic import BeforeValidator

from servicekit.language import N_, _
from servicekit.web.errors import TooMany

COUNTED_KEYS = 50_000
"""Keys counted at a time; beyond that the least recently used one is dropped."""


class RateLimiter:
    """Limits events in a moving window, separately for each key (a person, an address).

    It counts in this process, so that no request waits for Redis. Of `limits` only the notation of
    rates is used: its storage in memory starts a thread every few requests.
    """

    def __init__(
        self,
        rate: str,
        detail: str = N_("Too many requests; wait a moment."),
        code: str = "too-many-requests",
    ) -> None:
        item = parse(rate)
        self._amount, self._seconds = item.amount, item.get_expiry()
        self._detail, self._code = detail, code
        self._counted: OrderedDict[Hashable, deque[float]] = OrderedDict()
        self._lock = threading.Lock()

    def set_amount(self, amount: int) -> None:
        """Allow another number of events in the same window, from now on."""
        self._amount = amount

    def allows(self, key: Hashable) -> bool:
        """Count one more for `key`; False if it exceeds the limit."""
        return self._wait(key, 1, is_counted=True) == 0

    def count(self, key: Hashable, times: int = 1) -> None:
        """Count `times` more; raises TooMany, and counts nothing, if that exceeds the limit."""
        self._refuse(self._wait(key, times, is_counted=True))

    def check(self, key: Hashable, times: int = 1) -> None:
        """Raises TooMany where `count` would."""
        self._refuse(self._wait(key, times, is_counted=False))

    def _wait(self, key: Hashable, times: int, *, is_counted: bool) -> float:
        """Seconds until `times` more are allowed; 0 if they are now."""
        now = time.monotonic()
        with self._lock:
            counted = self._counted.get(key)
            if counted is None:
                counted = deque()
            while counted and counted[0] <= now - self._seconds:
                counted.popleft()
            excess = len(counted) + times - self._amount
            if excess > len(counted):
                return self._seconds
            if excess > 0:
                return counted[excess - 1] + self._seconds - now
            if is_counted:
                counted.extend([now] * times)
                self._counted[key] = counted
                self._counted.move_to_end(key)
                self._forget_oldest(now)
            return 0

    def _forget_oldest(self, now: float) -> None:
        """Drop the key that was counted longest ago, if it is out of the window or too many are."""
        key, counted = next(iter(self._counted.items()))
        is_old = not counted or counted[-1] <= now - self._seconds
        if is_old or len(self._counted) > COUNTED_KEYS:
            del self._counted[key]

    def _refuse(self, wait: float) -> None:
        if wait:
            raise TooMany(_(self._detail), math.ceil(wait), self._code)


def _rate_in(window: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        text = str(value).strip()
        rate = f"{text} per {window}" if text.isascii() and text.isdigit() else text
        try:
            if parse(rate).amount > 0:
                return rate
        except ValueError:
            pass
        raise ValueError(f"must be a number (per {window}) or like '100 per minute'")

    return check


RatePerHour = Annotated[str, BeforeValidator(_rate_in("1 hour"))]
"""A number of times per hour, or as `limits` writes it: `100 per 10 minutes`."""
RatePerTenSeconds = Annotated[str, BeforeValidator(_rate_in("10 second"))]
"""A number of times per 10 seconds, or as `limits` writes it."""
