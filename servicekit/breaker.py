"""Circuit breaker: stops calls to a service that is down, and probes until it is back."""

import threading
import time
from collections.abc import Callable

FAILED_CONNECTIONS = 5
RECOVERY_SECONDS = 2.0


class Breaker:
    """Open while the service is down: callers then fail at once instead of waiting for it.

    Only two things open it: several connections in a row that could not be made, and a probe that
    was not answered. A single failed request (it is slow, or its connection breaks) only causes a
    probe, so that one caller cannot open it for the others.
    """

    def __init__(self, probe: Callable[[], bool]) -> None:
        """`probe` returns whether the service answers, within a second or so."""
        self._probe = probe
        self._lock = threading.Lock()
        self._failed_connections = 0
        self._open_until: float | None = None
        self._is_probing = False

    def allows(self) -> bool:
        """Whether a call may be made. After a pause, one caller probes while the others fail."""
        with self._lock:
            if self._open_until is None:
                return True
            if time.monotonic() < self._open_until:
                return False
        return self._check()

    def succeeded(self) -> None:
        """Record that the service answered a call."""
        if self._failed_connections:
            with self._lock:
                self._failed_connections = 0

    def could_not_connect(self) -> None:
        with self._lock:
            self._failed_connections += 1
            if self._failed_connections >= FAILED_CONNECTIONS:
                self._open()

    def was_not_answered(self) -> None:
        """A request got no answer: probe whether the service is down."""
        self._check()

    def _check(self) -> bool:
        with self._lock:
            if self._is_probing:
                return False
            self._is_probing = True
        is_alive = False
        try:
            is_alive = self._probe()
        finally:
            with self._lock:
                self._is_probing = False
                if is_alive:
                    self._open_until = None
                    self._failed_connections = 0
                else:
                    self._open()
        return is_alive

    def _open(self) -> None:
        self._open_until = time.monotonic() + RECOVERY_SECONDS
