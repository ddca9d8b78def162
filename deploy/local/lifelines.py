"""Ties processes to their parents, so that a killed process leaves no children running."""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
# Loaded once, in the parent: a child between fork and exec must not load anything.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def die_with_parent(sig: int = signal.SIGTERM) -> None:
    """Asks the kernel to send `sig` to this process when its parent is gone (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, sig)


def make_was_interrupted() -> bool:
    """Whether `make`, our parent, got a Ctrl-C that was sent to it alone.

    GNU make then restores the default action and waits for us, without passing it on.
    """
    if "MAKELEVEL" not in os.environ:
        return False
    try:
        with open(f"/proc/{os.getppid()}/status") as status:
            fields = dict(line.split(":", 1) for line in status)
        handled = int(fields["SigCgt"], 16) | int(fields["SigIgn"], 16)
    except (OSError, KeyError):
        return False
    return not handled >> (signal.SIGINT - 1) & 1
