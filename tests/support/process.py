"""One child process of a test: started, killed, stopped, its output kept in a file."""

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from deploy.local.lifelines import die_with_parent

STOP_TIMEOUT = 15


class Process:
    """A program with its own process group, which dies with the test run."""

    def __init__(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        user: str | None = None,
    ) -> None:
        self.argv, self.log = tuple(argv), log
        self._options: dict[str, Any] = {"env": env, "cwd": cwd}
        if user is not None:
            self._options |= {"user": user, "group": user, "extra_groups": []}
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        assert self._child is not None, "not started"
        return self._child.pid

    @property
    def is_running(self) -> bool:
        return self._child is not None and self._child.poll() is None

    @property
    def returncode(self) -> int | None:
        return self._child.poll() if self._child else None

    @property
    def logs(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def start(self) -> None:
        assert not self.is_running, f"{self.argv[0]} is running already"
        with self.log.open("ab") as log:
            self._child = subprocess.Popen(
                self.argv,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                preexec_fn=die_with_parent,
                **self._options,
            )

    def stop(self, sig: int = signal.SIGTERM) -> int | None:
        """Asks it to end, and ends it and its children when it does not."""
        if self._child is None:
            return None
        if self.is_running:
            self._child.send_signal(sig)
            with suppress(subprocess.TimeoutExpired):
                self._child.wait(STOP_TIMEOUT)
        self.kill()
        return self._child.returncode

    def kill(self) -> None:
        """kill -9, its children included; waits for the end."""
        if self._child is None:
            return
        with suppress(ProcessLookupError):  # It is gone, and its children with it.
            os.killpg(self._child.pid, signal.SIGKILL)
        self._child.wait(STOP_TIMEOUT)

    def freeze(self) -> None:
        os.killpg(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        os.killpg(self.pid, signal.SIGCONT)
