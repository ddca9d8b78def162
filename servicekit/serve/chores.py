"""Periodic work beside requests."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import Flask

from servicekit.web.app import in_background

log = logging.getLogger(__name__)


@dataclass
class Chore:
    """A function to call every `seconds`; `due` is a time of the monotonic clock."""

    do: Callable[[], None]
    seconds: float
    due: float = 0.0


class Chores:
    """A thread that does its chores; several processes may do the same ones."""

    def __init__(self, app: Flask, chores: Iterable[Chore], *, first_after: float = 0.0) -> None:
        """`first_after` is the number of seconds from the start to the first round."""
        self._app = app
        self._chores = list(chores)
        self._first_after = first_after
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chores", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(timeout=3)

    def _run(self) -> None:
        first = time.monotonic() + self._first_after
        for chore in self._chores:
            chore.due = first
        while not self._stopping.wait(self._seconds_until_due()):
            for chore in self._chores:
                if time.monotonic() >= chore.due:
                    self._do(chore)
                    chore.due = time.monotonic() + chore.seconds

    def _seconds_until_due(self) -> float:
        return max(0.0, min(chore.due for chore in self._chores) - time.monotonic())

    def _do(self, chore: Chore) -> None:
        try:
            with self._app.app_context():
                chore.do()
        except Exception:  # the next round tries again
            log.exception("a chore failed")


def install_chores(app: Flask, *chores: Chore, first_after: float = 0.0) -> None:
    """Do the chores while `app` serves requests."""
    thread = Chores(app, chores, first_after=first_after)
    in_background(app, thread.start, thread.stop)
