"""What has to be done now and then beside requests: polls closed in time, files swept away."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask

log = logging.getLogger(__name__)


@dataclass
class Chore:
    """Something to do every so many seconds; `due` is a time of the monotonic clock."""

    do: Callable[[], None]
    seconds: float
    due: float = 0.0


class Janitor:
    """A thread that does its chores; several processes may do the same ones."""

    def __init__(self, app: Flask, chores: Iterable[Chore]) -> None:
        self._app = app
        self._chores = list(chores)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="janitor", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3)

    def _run(self) -> None:
        pause = min(chore.seconds for chore in self._chores)
        while not self._stopping.wait(pause):
            for chore in self._chores:
                if time.monotonic() >= chore.due:
                    self._do(chore)
                    chore.due = time.monotonic() + chore.seconds

    def _do(self, chore: Chore) -> None:
        try:
            with self._app.app_context():
                chore.do()
        except Exception:  # the next round tries again
            log.exception("a chore failed")
