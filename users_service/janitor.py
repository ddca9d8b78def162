"""Regular work beside requests: expired logins and tokens are ended, old ones deleted."""

import logging
import threading
import time
from collections.abc import Callable

from flask import Flask

from servicekit.web.app import in_background
from users_service.actions.cleanup import delete_ended
from users_service.actions.expiry import end_expired

PAUSE_SECONDS = 15.0
CLEANUP_SECONDS = 3600.0
log = logging.getLogger(__name__)


class Janitor:
    """A thread; several processes may do the same."""

    def __init__(self, app: Flask) -> None:
        self._app = app
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="janitor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3)

    def _run(self) -> None:
        next_cleanup = 0.0
        while True:
            self._do(end_expired)
            if time.monotonic() >= next_cleanup:
                next_cleanup = time.monotonic() + CLEANUP_SECONDS
                self._do(delete_ended)
            if self._stopping.wait(PAUSE_SECONDS):
                return

    def _do(self, chore: Callable[[], None]) -> None:
        try:
            with self._app.app_context():
                chore()
        except Exception:  # the next round tries again
            log.exception("a chore failed")


def install_janitor(app: Flask) -> None:
    """It works while `app` serves."""
    janitor = Janitor(app)
    in_background(app, janitor.start, janitor.stop)
