"""`make run` and its like in a terminal of their own."""

import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path

import psutil

from deploy.local.programs import ROOT
from tests.support.ports import free_ports
from tests.support.process import Process
from tests.support.waiting import wait_until

START_TIMEOUT = 120
STOP_TIMEOUT = 30


class Terminal:
    """One command, what it printed, and the processes that it has started."""

    def __init__(self, directory: Path, command: str = "run", **environ: str) -> None:
        self.directory = directory
        self.port = int(environ.get("PORT") or free_ports(5))
        self._process = Process(
            ("make", "--no-print-directory", command),
            log=directory / f"{command}.log",
            env=_environment(
                {"PORT": str(self.port), "DATA_DIR": str(directory / "data")} | environ
            ),
            cwd=ROOT,
        )
        self._process.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def output(self) -> str:
        return self._process.logs

    @property
    def runner(self) -> psutil.Process:
        """The Python program that make has started."""
        return psutil.Process(self._process.pid).children()[0]

    def wait_until_ready(self) -> None:
        line = f"Parley is ready: {self.url}\n"
        wait_until(lambda: self._has_ended or line in self.output, START_TIMEOUT, what="ready")
        assert line in self.output, self.output

    def descendants(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def pid_of(self, program: str) -> int:
        """Of its newest life."""
        return int(re.findall(rf"{program} started \(pid=(\d+)\)", self.output)[-1])

    def press_ctrl_c(self) -> None:
        """Like a terminal: SIGINT to the whole foreground process group."""
        os.killpg(self._process.pid, signal.SIGINT)

    def signal_make(self, sig: int) -> None:
        os.kill(self._process.pid, sig)

    def wait_for_end(self) -> int:
        """The exit status."""
        wait_until(lambda: self._has_ended, START_TIMEOUT, what="the end")
        assert self._process.returncode is not None
        return self._process.returncode

    def close(self) -> None:
        self._process.stop()

    @property
    def _has_ended(self) -> bool:
        return not self._process.is_running


def wait_until_gone(processes: list[psutil.Process]) -> None:
    assert processes
    wait_until(
        lambda: not any(p.is_running() and p.status() != psutil.STATUS_ZOMBIE for p in processes),
        STOP_TIMEOUT,
        what="no process is left",
    )


def _environment(changes: Mapping[str, str]) -> Mapping[str, str]:
    # As if typed into a fresh terminal, also when the tests themselves were started by make.
    kept = {k: v for k, v in os.environ.items() if k not in ("MAKELEVEL", "MAKEFLAGS", "MFLAGS")}
    return {**kept, **changes}
