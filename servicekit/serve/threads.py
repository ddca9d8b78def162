"""Threads that handle requests."""

import logging
import threading
from collections import deque
from collections.abc import Callable

Task = Callable[[], None]
log = logging.getLogger(__name__)


class Threads:
    """They all run from the start: under load, the system may refuse to start another.

    The one that was busy last gets the next task, because the processor's caches still know it.
    """

    def __init__(self, count: int) -> None:
        self._lock = threading.RLock()  # a signal may call `shutdown` in the middle of `run`
        self._idle: list[_Call] = []
        self._tasks: deque[Task] = deque()
        self._is_ending = False
        for number in range(count):
            threading.Thread(target=self._work, name=f"requests-{number}", daemon=True).start()

    @property
    def has_waiting_task(self) -> bool:
        return bool(self._tasks)

    def run(self, task: Task) -> None:
        """Run the task in a thread, once one is free."""
        with self._lock:
            call = self._idle.pop() if self._idle else None
            if call is None:
                self._tasks.append(task)
        if call is not None:
            call.give(task)

    def shutdown(self, wait: bool = False) -> None:
        """End each thread after the tasks that were given; gunicorn never waits for that."""
        with self._lock:
            self._is_ending = True
            idle, self._idle = self._idle, []
        for call in idle:
            call.give(None)

    def _work(self) -> None:
        call = _Call()
        while (task := self._next_task(call)) is not None:
            try:
                task()
            except Exception:
                log.exception("a task failed")

    def _next_task(self, call: "_Call") -> Task | None:
        with self._lock:
            if self._tasks:
                return self._tasks.popleft()
            if self._is_ending:
                return None
            self._idle.append(call)
        return call.wait()


class _Call:
    """How an idle thread gets its next task."""

    def __init__(self) -> None:
        self._task: Task | None = None
        self._given = threading.Lock()
        self._given.acquire()

    def give(self, task: Task | None) -> None:
        self._task = task
        self._given.release()

    def wait(self) -> Task | None:
        self._given.acquire()
        return self._task
