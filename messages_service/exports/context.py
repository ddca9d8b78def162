"""The objects that exports use, besides the service's context."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final, cast

from flask import Flask, current_app

from servicekit.http import ServiceClient
from servicekit.language import _
from servicekit.web.errors import TooMany, Unavailable

EXTENSION = "messages_service.exports"
MOST_AT_A_TIME: Final = 3


class ExportGate:
    """Limits concurrent exports: each occupies a thread while it is sent."""

    def __init__(self) -> None:
        self._running: set[int] = set()
        self._lock = threading.Lock()

    def enter(self, user_id: int) -> Callable[[], None]:
        """Returns the function that leaves; raises TooMany or Unavailable."""
        with self._lock:
            if user_id in self._running:
                detail = _("Another export of yours is still being made.")
                raise TooMany(detail, 10, "too-many-exports")
            if len(self._running) >= MOST_AT_A_TIME:
                raise Unavailable(_("Many exports are being made just now; try again later."), 60)
            self._running.add(user_id)

        def leave() -> None:
            with self._lock:
                self._running.discard(user_id)

        return leave


@dataclass(frozen=True)
class Exports:
    users: ServiceClient
    public_url: str
    gate: ExportGate = field(default_factory=ExportGate)


def install_exports(app: Flask, exports: Exports) -> None:
    app.extensions[EXTENSION] = exports


def current_exports() -> Exports:
    """The exports of the app that handles this request."""
    return cast(Exports, current_app.extensions[EXTENSION])
