"""Brings both data services' databases to their newest schema before new code serves them."""

import re
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from deploy.local.config import CannotStart
from deploy.local.lifelines import die_with_parent
from deploy.local.programs import DATA_SERVICES, ROOT, Program

TIMEOUT = 300
DATABASE_TIMEOUT = 60
POSTGRESQL_PORT = 5432


def migrate(programs: Iterable[Program]) -> None:
    """Upgrades what is behind, side by side; raises CannotStart when one fails."""
    programs = [program for program in programs if program.name in DATA_SERVICES]
    for program in programs:
        wait_for_database(program)
    behind = [program for program in programs if is_behind(program)]
    running = [(program, _start_upgrade(program)) for program in behind]
    try:
        for program, process in running:
            _finish_upgrade(program, process)
    finally:
        for _, process in running:
            process.kill()


def wait_for_database(program: Program) -> None:
    """Returns when something listens there; raises CannotStart when nothing does for a minute."""
    url = urlsplit(program.environ["DATABASE_URL"])
    if not url.hostname:
        return  # a file or a local socket
    deadline = time.monotonic() + DATABASE_TIMEOUT
    has_told = False
    while not _listens(url.hostname, url.port or POSTGRESQL_PORT):
        if time.monotonic() > deadline:
            raise CannotStart(f"the database of {program.name} at {url.hostname} does not answer")
        if not has_told:
            print(f"Waiting for the database of {program.name} at {url.hostname}", flush=True)
            has_told = True
        time.sleep(0.5)


def _listens(host: str, port: int) -> bool:
    try:
        socket.create_connection((host, port), timeout=2).close()
    except OSError:
        return False
    return True


def is_behind(program: Program) -> bool:
    """Whether the upgrade has work to do; it is always asked on anything but SQLite."""
    url = program.environ["DATABASE_URL"]
    path = Path(url.removeprefix("sqlite:///"))
    if not url.startswith("sqlite:///") or not path.exists():
        return True
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            rows = connection.execute("SELECT version_num FROM alembic_version").fetchall()
    except sqlite3.Error:
        return True
    return {version for (version,) in rows} != _newest(program.name)


def known_revisions(service: str) -> set[str]:
    """The revisions of the service's migrations, read without importing them."""
    return _named_in_migrations(service, r'^revision\b.*?["\'](\w+)')


def _newest(service: str) -> set[str]:
    """The revisions that no other one follows."""
    followed = _named_in_migrations(service, r'^down_revision\b.*?=.*?["\'](\w+)')
    return known_revisions(service) - followed


def _named_in_migrations(service: str, pattern: str) -> set[str]:
    directory = ROOT / service / "migrations" / "versions"
    texts = [path.read_text() for path in directory.glob("*.py")]
    return {match for text in texts for match in re.findall(pattern, text, re.M)}


def _start_upgrade(program: Program) -> subprocess.Popen[str]:
    return subprocess.Popen(
        (sys.executable, "-m", "flask", "--app", f"{program.name}.wsgi", "db", "upgrade"),
        cwd=ROOT,
        env=dict(program.environ),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=die_with_parent,
    )


def _finish_upgrade(program: Program, process: subprocess.Popen[str]) -> None:
    try:
        output, _ = process.communicate(timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        raise CannotStart(
            f"the migration of {program.name} did not end within {TIMEOUT} s"
        ) from None
    if process.returncode != 0:
        reason = (output.strip().splitlines() or ["no reason given"])[-1]
        raise CannotStart(f"the database of {program.name} could not be migrated: {reason}")
