"""The limits that forms show, from the services that own them."""

import logging
import threading
import time

from servicekit.http import ServiceClient, json_of
from servicekit.web.errors import Problem

REMEMBERED_SECONDS = 300.0
PAUSE_SECONDS = 5.0
TIMEOUT = (1.0, 1.0)
log = logging.getLogger(__name__)


class ServiceLimits:
    """The limits of one service by the name of the field, read when they are first needed.

    While the service is away the last ones stay valid. Before the first answer there are none:
    forms show no limit then, and the service alone checks what is sent.
    """

    def __init__(self, service: ServiceClient) -> None:
        self._service = service
        self._known: dict[str, int] = {}
        self._next_read = 0.0
        self._lock = threading.Lock()

    def read(self) -> dict[str, int]:
        with self._lock:
            if time.monotonic() >= self._next_read:
                self._refresh()
            return self._known

    def _refresh(self) -> None:
        try:
            self._known = json_of(
                self._service.get("/internal/limits", timeout=TIMEOUT), dict[str, int]
            )
        except Problem as problem:
            log.info("limits: %s", problem.detail)
            self._next_read = time.monotonic() + PAUSE_SECONDS
        else:
            self._next_read = time.monotonic() + REMEMBERED_SECONDS


class Limits:
    """The limits of the two data services, as templates name them."""

    def __init__(self, users: ServiceClient, messages: ServiceClient) -> None:
        self._users, self._messages = ServiceLimits(users), ServiceLimits(messages)

    @property
    def users(self) -> dict[str, int]:
        return self._users.read()

    @property
    def messages(self) -> dict[str, int]:
        return self._messages.read()
