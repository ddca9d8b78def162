"""What has to be done now and then beside requests: logins and tokens that ran out are ended."""

import logging
import threading

from flask import Flask

from servicekit.app import in_background
from users_service.actions.expiry import end_expired

PAUSE_SECONDS = 15.0
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
        while True:
            try:
                with self._app.app_context():
                    end_expired()
            except Exception:  # the next round tries again
                log.exception("a chore failed")
            if self._stopping.wait(PAUSE_SECONDS):
                return


def install_janitor(app: Flask) -> None:
    """It works while `app` serves."""
    janitor = Janitor(app)
    in_background(app, janitor.start, janitor.stop)
