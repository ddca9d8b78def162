"""Free ports on this machine."""

import os
import random
import socket

# Below what the kernel gives to outgoing connections, so that none of those takes a port meanwhile;
# a part of it for each worker of a parallel run, so that no two take the same.
WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 4
RANGE = range(20000 + 3000 * WORKER, 23000 + 3000 * WORKER)
TRIES = 200


def free_port() -> int:
    """One free port on 127.0.0.1."""
    return free_ports(1)


def free_ports(count: int) -> int:
    """The first of `count` free ports in a row."""
    for _ in range(TRIES):
        first = random.randrange(RANGE.start, RANGE.stop - count)
        if all(map(_is_free, range(first, first + count))):
            return first
    raise RuntimeError(f"no {count} free ports in a row found")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
