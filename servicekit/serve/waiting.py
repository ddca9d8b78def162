"""The connections for which the worker's main thread waits."""

import selectors
import time
from collections.abc import Callable
from typing import Any

from servicekit.serve.connection import Connection

MOST_HELD = 64 * 1024 * 1024
"""Bytes of unfinished requests and unsent answers, of all connections together."""


class Waiting:
    """Connections that wait for an event, the one that has waited longest first.

    Together they hold a bounded number of bytes: beyond it, the oldest are closed.
    """

    def __init__(self, poller: selectors.BaseSelector, closed: Callable[[], None]) -> None:
        """`closed` is called for each connection that is closed."""
        self._poller, self._closed = poller, closed
        self._connections: dict[Connection, None] = {}
        self._held = 0

    def add(self, conn: Connection, event: int, callback: Callable[[Connection], None]) -> bool:
        """Call `callback` when the event happens; returns False if the connection is closed."""

        def dispatch(_: Any) -> None:
            if conn in self._connections:  # else it was just closed
                callback(conn)

        try:
            self._poller.register(conn.sock.fileno(), event, dispatch)
        except (OSError, ValueError, KeyError):  # a thread closed it after an error
            self.close(conn)
            return False
        self._connections[conn] = None
        self.hold(conn, conn.held)
        return True

    def remove(self, conn: Connection) -> None:
        """Wait for it no longer; it stays open."""
        self._poller.unregister(conn.sock.fileno())
        del self._connections[conn]
        self._held -= conn.held

    def hold(self, conn: Connection, more: int) -> None:
        """Count bytes that a connection holds now; a negative number of those that it sent."""
        self._held += more
        while self._held > MOST_HELD and self.make_room(besides=conn):
            pass

    def make_room(self, besides: Connection | None = None) -> bool:
        """Close the connection that has waited longest; returns whether there was one."""
        oldest = next((conn for conn in self._connections if conn is not besides), None)
        if oldest is not None:
            self.drop(oldest)
        return oldest is not None

    def overdue(self) -> list[Connection]:
        """Those whose deadline has passed."""
        now = time.monotonic()
        return [conn for conn in self._connections if conn.deadline < now]

    def hurry(self, deadline: float) -> None:
        """Give no connection more time than until this deadline."""
        for conn in self._connections:
            conn.deadline = min(conn.deadline, deadline)

    def drop(self, conn: Connection) -> None:
        """Close one that waits."""
        self.remove(conn)
        self.close(conn)

    def drop_all(self) -> None:
        for conn in list(self._connections):
            self.drop(conn)

    def close(self, conn: Connection) -> None:
        """Close one that does not wait."""
        self._closed()
        conn.close()
