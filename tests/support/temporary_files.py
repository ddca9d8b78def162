"""Where tests keep their databases: in memory, because most of them would wait for a disk.

Each commit of SQLite waits for the disk, and each new database several times. A process that is
killed keeps what it wrote in either place, so tests prove the same; only a loss of power differs.
"""

import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
NEEDED_BYTES = 2 * 2**30
"""Containers often have 64 MiB there, too little for the tests."""


def use_memory_for_temporary_files() -> None:
    """Unless TMPDIR says where, or there is too little room, or no program can run there."""
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    allows_programs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
    if allows_programs and shutil.disk_usage(MEMORY).free >= NEEDED_BYTES:
        tempfile.tempdir = str(MEMORY)
