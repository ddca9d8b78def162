"""How much a client may send: frames and bytes in each second, control frames included."""

import time
from dataclasses import dataclass


class Flood(Exception):
    """The client sent more in one second than its connection may."""


@dataclass(frozen=True)
class Limit:
    """The most that one connection may send in one second."""

    frames: int
    bytes: int


UNSIGNED = Limit(frames=20, bytes=32_768)
"""Before sign-in: a handshake needs five frames."""


class Intake:
    """Counts what one connection sends. `limit` may be raised when the client has signed in."""

    __slots__ = ("_bytes", "_frames", "_since", "limit")

    def __init__(self, limit: Limit = UNSIGNED) -> None:
        self.limit = limit
        self._since = 0.0
        self._frames = 0
        self._bytes = 0

    def count_bytes(self, size: int) -> None:
        """Count what one read returned; raises Flood above the limit."""
        now = time.monotonic()
        if now - self._since >= 1:
            self._since, self._frames, self._bytes = now, 0, 0
        self._bytes += size
        if self._bytes > self.limit.bytes:
            raise Flood("too many bytes a second")

    def count_frame(self) -> None:
        """Count one frame or packet of what was read last; raises Flood above the limit."""
        self._frames += 1
        if self._frames > self.limit.frames:
            raise Flood("too many frames a second")
