"""Secrets and data of a local installation, in files that only their owner can read."""

import os
import secrets
import stat
from pathlib import Path

OURS = ("*.sqlite3*", "redis.*", "demo.filled", ".lock")


def make_private(directory: Path) -> None:
    """Close a data folder, and Parley's files in it, that were open to others."""
    for path in (directory, *(path for pattern in OURS for path in directory.glob(pattern))):
        status = path.stat()
        is_shared = status.st_mode & stat.S_ISVTX  # such as /tmp: not ours to close
        if status.st_uid == os.geteuid() and not is_shared:
            path.chmod(stat.S_IMODE(status.st_mode) & 0o700)


def keep_secret(directory: Path, name: str) -> Path:
    """The file of the secret `name`, filled with a new one if it was not there."""
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = directory / name
    if not path.exists():
        write_private(path, secrets.token_urlsafe(48))
    return path


def write_private(path: Path, text: str) -> None:
    """Writes the file for its owner's eyes only, whole or not at all."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    draft.replace(path)
