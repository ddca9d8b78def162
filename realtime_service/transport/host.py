"""The part of the Engine.IO server that a connection uses."""

from typing import Any, Protocol

from realtime_service.transport.intake import Limit
from realtime_service.transport.timers import Timer
from realtime_service.transport.worker import Driver


class Host(Protocol):
    """python-engineio's server, with Parley's limits and timers.

    Two of its methods are private to the library; checked with python-engineio 4.15.
    """

    driver: Driver
    max_queue_bytes: int
    signed_in_limit: Limit
    ping_timer: Timer
    pong_timer: Timer
    ping_interval: int
    ping_timeout: int
    max_http_buffer_size: int
    sockets: dict[str, Any]
    unsigned: set[Any]
    """Long-polling connections that have not signed in yet."""
    reason: Any

    def get_queue_empty_exception(self) -> type[Exception]: ...

    def _trigger_event(self, event: str, *args: Any, run_async: bool) -> Any: ...

    def _bad_request(self, message: str | None = None) -> dict[str, Any]: ...
