"""Periodic work beside requests."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask, current_app

from servicekit.serve.chores import Chore, Chores
from tests.support.waiting import wait_until


@contextmanager
def running(*chores: Chore, first_after: float = 0.0) -> Iterator[None]:
    thread = Chores(Flask(__name__), chores, first_after=first_after)
    thread.start()
    try:
        yield
    finally:
        thread.stop()


def test_a_chore_runs_repeatedly_in_an_app_context() -> None:
    names = []
    with running(Chore(lambda: names.append(current_app.name), 0.01)):
        wait_until(lambda: len(names) >= 3)
    assert set(names) == {__name__}


def test_a_chore_with_a_long_interval_runs_at_the_start() -> None:
    done = threading.Event()
    with running(Chore(lambda: None, 0.01), Chore(done.set, 3600)):
        assert done.wait(10)


def test_the_first_run_can_be_delayed() -> None:
    done = threading.Event()
    with running(Chore(done.set, 0.01), first_after=3600):
        assert not done.wait(0.2)


def test_a_failed_chore_is_retried_and_does_not_stop_others() -> None:
    attempts = []
    done = threading.Event()

    def fail() -> None:
        attempts.append(1)
        raise ValueError("not yet")

    with running(Chore(fail, 0.01), Chore(done.set, 0.01)):
        wait_until(lambda: len(attempts) >= 2)
        assert done.wait(10)
