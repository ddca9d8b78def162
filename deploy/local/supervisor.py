"""Keeps a local installation's processes running, with honcho; a dead one is started again."""

import datetime
import functools
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from typing import Any

from honcho import manager
from honcho.printer import Message
from honcho.process import Popen, Process

from deploy.local.config import CannotStart
from deploy.local.latch import Latch
from deploy.local.lifelines import die_with_parent, make_was_interrupted
from deploy.local.programs import ROOT, Program

REDIS = "redis"
DEATHS_ALLOWED = 5
WITHIN_SECONDS = 60
LONGEST_PAUSE_SECONDS = 15
START_SECONDS = 10
"""The longest that a process may take to begin when everything is asked to end already."""
# At the first start, trying again would not help: the app or its settings are wrong.
HOPELESS = (1, 3, 4)


class Supervisor(manager.Manager):  # type: ignore[misc]
    """honcho's manager, in which each process has several lives."""

    def __init__(self, programs: Iterable[Program]) -> None:
        super().__init__()
        # Longer than gunicorn gives to the requests that it still has; checked with honcho 2.0.
        manager.KILL_WAIT = 15
        self._stopping = Latch()
        self._started = Latch()
        self._process_ctor = functools.partial(
            KeptProcess, stopping=self._stopping, started=self._started
        )
        self._work: list[Callable[[], None]] = [self._watch_make, self._stop_all]
        self._reason: str | None = None
        for program in programs:
            process = self.add_process(
                program.name, program.argv, env=dict(program.environ), cwd=str(ROOT)
            )
            process.is_vital = program.is_vital

    def beside(self, work: Callable[[], None]) -> None:
        """Has `work` done in a thread while the processes run; its CannotStart stops them all."""
        self._work.append(work)

    def all_have_started(self) -> None:
        """From now on a process that ends is always started again."""
        self._started.set()

    def run(self) -> None:
        """Returns when all were asked to end and have ended; raises CannotStart otherwise."""
        signal.signal(signal.SIGHUP, lambda *_: os.kill(os.getpid(), signal.SIGTERM))
        self.loop()
        if self._reason:
            raise CannotStart(self._reason)
        if self.returncode not in (128 + signal.SIGINT, 128 + signal.SIGTERM):
            raise CannotStart(f"{self._culprit()} ended, so everything was stopped (see above)")

    def terminate(self) -> None:
        """Ask for the end; runs in signal handlers, which may interrupt one another."""
        self._stopping.set()

    def _stop_all(self) -> None:
        """Redis last, so that nobody who still has work complains that it is gone."""
        self._stopping.wait()
        self._say_in_turn("Stopping\n")
        deadline = time.monotonic() + START_SECONDS
        while not self._all_started():
            if time.monotonic() > deadline:
                os._exit(1)  # its processes end with it
            time.sleep(0.05)
        others = [process for name, process in self._processes.items() if name != REDIS]
        for process in others:
            if "returncode" not in process:
                self._procmgr.terminate(process["pid"])
        while not all("returncode" in process for process in others):
            time.sleep(0.05)
        if REDIS in self._processes:
            self._procmgr.terminate(self._processes[REDIS]["pid"])

    def _start(self) -> None:
        super()._start()
        for sig in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sig, self._handle_signal)
        # After the forks: a forked process must not have half of a thread's state.
        for work in self._work:
            threading.Thread(target=self._do, args=(work,), daemon=True).start()

    def _handle_signal(self, signal_number: int, _: object) -> None:
        """Instead of honcho's handler: that prints, which fails in the middle of another print."""
        self.returncode = 128 + signal_number
        self.terminate()

    def _say_in_turn(self, text: str) -> None:
        now = datetime.datetime.now()
        message = Message("line", text, now, manager.SYSTEM_PRINTER_NAME, None)
        self.events.put(message)

    def _culprit(self) -> str:
        asked = (0, -signal.SIGTERM, -signal.SIGKILL)
        ended = {name: process["returncode"] for name, process in self._processes.items()}
        return next((name for name, code in ended.items() if code not in asked), "one process")

    def _do(self, work: Callable[[], None]) -> None:
        try:
            work()
        except CannotStart as error:
            self._reason = self._reason or str(error)
            os.kill(os.getpid(), signal.SIGTERM)

    def _watch_make(self) -> None:
        while not self._stopping.wait(0.5):
            if make_was_interrupted():
                os.kill(os.getpid(), signal.SIGINT)
                return


class KeptProcess(Process):  # type: ignore[misc]
    """Runs in a process of honcho's own, and ends when its program was asked to or cannot live."""

    def __init__(self, *args: Any, stopping: Latch, started: Latch, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stopping = stopping
        self._started = started
        self.is_vital = True
        self._child_ctor = functools.partial(Popen, shell=False, preexec_fn=_prepare_child)
        self._deaths: deque[float] = deque(maxlen=DEATHS_ALLOWED)

    def run(self, events: Any = None, ignore_signals: bool = False) -> None:
        die_with_parent(signal.SIGKILL)
        if ignore_signals:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        self._events = events
        returncode = self._live()
        while self._may_live_again(returncode):
            returncode = self._live()
        if not self.is_vital:
            self._stopping.wait()  # honcho stops everything when one has stopped.
        self._send_message({"returncode": returncode}, type="stop")

    def _live(self) -> int:
        self._child = self._child_ctor(self.cmd, env=self.env, cwd=self.cwd)
        self._send_message({"pid": self._child.pid}, type="start")
        for line in self._child.stdout:
            self._send_message(line)
        self._child.stdout.close()
        return int(self._child.wait())

    def _may_live_again(self, returncode: int) -> bool:
        if self._stopping.is_set():
            return False
        has_started = self._started.is_set()
        if not has_started and returncode in (0, *HOPELESS):
            return False
        recent = self._count_death()
        if recent >= DEATHS_ALLOWED and not has_started:
            self._report(returncode, "too often: giving up")
            return False
        # Something it needs may be away for a while, a database for example.
        pause = min(2 ** (recent - 1) - 1, LONGEST_PAUSE_SECONDS)
        self._report(returncode, "starting it again" + (f" in {pause} s" if pause else ""))
        return not self._stopping.wait(pause)

    def _count_death(self) -> int:
        """The number of deaths lately, this one included."""
        now = time.monotonic()
        self._deaths.append(now)
        return sum(now - death < WITHIN_SECONDS for death in self._deaths)

    def _report(self, returncode: int, verdict: str) -> None:
        self._send_message(f"{self.name} died ({_describe(returncode)}), {verdict}\n")


def _prepare_child() -> None:
    """Runs between fork and exec."""
    die_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _describe(returncode: int) -> str:
    if returncode < 0:
        return f"killed by {signal.Signals(-returncode).name}"
    return f"exit code {returncode}"
