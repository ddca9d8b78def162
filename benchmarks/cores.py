"""The core that a process runs on, and the processor time that it has used."""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, USER_TIME, SYSTEM_TIME = 1, 11, 12  # In /proc/PID/stat, counted after the name.


def server_core() -> int:
    return sorted(os.sched_getaffinity(0))[0]


def client_core() -> int:
    """Another core than the servers', where there is one."""
    return sorted(os.sched_getaffinity(0))[-1]


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Run on one core only, and with it every process and thread started meanwhile."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def cpu_seconds(pids: Iterable[int]) -> float:
    """User and system time of these processes and all below them, so far."""
    stats = _stats()
    chosen = set(pids)
    while more := {pid for pid, stat in stats.items() if int(stat[PARENT]) in chosen} - chosen:
        chosen |= more
    ticks = sum(int(stats[p][USER_TIME]) + int(stats[p][SYSTEM_TIME]) for p in chosen if p in stats)
    return ticks / TICKS_PER_SECOND


def _stats() -> dict[int, list[str]]:
    stats = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            text = (folder / "stat").read_text()
        except OSError:
            continue  # It ended while we looked.
        stats[int(folder.name)] = text.rpartition(")")[2].split()
    return stats
