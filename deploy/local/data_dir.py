"""The data folder of a local installation, held by one program at a time."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deploy.local.config import CannotStart
from deploy.local.private_files import make_private


@contextmanager
def hold_data_dir(directory: Path) -> Iterator[None]:
    """One Parley per data folder; the lock goes with the process, however it ends."""
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = (directory / ".lock").open("w")
    except OSError as error:
        raise CannotStart(f"DATA_DIR={directory} cannot be written: {error.strerror}") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotStart(
                f"another Parley is running on {directory}; choose another with DATA_DIR="
            ) from None
        make_private(directory)
        yield
