"""The measured fan-out servers, each alone on the servers' core: Parley's realtime_service and
what it is compared with.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import requests

from benchmarks.cores import on_core, server_core
from benchmarks.neighbours import Neighbours
from benchmarks.swarm_process import SwarmProcess
from tests.support.ports import free_port
from tests.support.process import Process
from tests.support.waiting import wait_until

ROOT = Path(__file__).resolve().parent.parent
PEERS = Path(__file__).resolve().parent / "peers"
NODE = "Node, socket.io"
WARM_UP = 50
PORT = "PORT"
"""Stands for the server's port in a command."""


@dataclass(frozen=True)
class RealtimeServer:
    """One way to fan out."""

    name: str
    argv: Sequence[str]
    environ: Mapping[str, str] = field(default_factory=dict)
    ready_path: str = "/socket.io/?EIO=4&transport=polling"

    @contextmanager
    def running(self, folder: Path, warm_up: Sequence[str] = ()) -> Iterator[tuple[str, int]]:
        """Its address and process id. `warm_up` are the tokens of the first few connections,
        whose cost (imports, keys, pools) is not measured.
        """
        port = free_port()
        env = {**os.environ, **self.environ, "PORT": str(port)}
        command = [str(port) if word == PORT else word for word in self.argv]
        process = Process(command, log=folder / f"server-{port}.log", env=env, cwd=ROOT)
        with on_core(server_core()):
            process.start()
        url = f"http://127.0.0.1:{port}"
        try:
            wait_until(lambda: requests.get(url + self.ready_path, timeout=5).ok, 60)
            if warm_up:
                with SwarmProcess.connecting(url) as swarm:
                    swarm.connect(warm_up)
                time.sleep(2)
            yield url, process.pid
        except Exception:
            print(process.logs[-3000:], file=sys.stderr)
            raise
        finally:
            process.kill()


def parley(driver: str, redis_url: str, neighbours: Neighbours, **settings: str) -> RealtimeServer:
    """realtime_service as `make run` starts it, between stand-ins for its neighbours."""
    environ = {
        "ASYNC_DRIVER": driver,
        "REDIS_URL": redis_url,
        "USERS_URL": neighbours.url,
        "MESSAGES_URL": neighbours.url,
        "SERVICE_SECRET": "benchmark" * 5,
        "LOG_LEVEL": "WARNING",
    } | settings
    gunicorn = ("-m", "gunicorn", "-c", "python:realtime_service.gunicorn_conf")
    argv = (sys.executable, *gunicorn, "realtime_service.wsgi:app")
    return RealtimeServer(f"Parley, {driver}", argv, environ, "/readyz")


def peers(redis_url: str, folder: Path) -> list[RealtimeServer]:
    """The peers that are installed here."""
    servers = []
    if (PEERS / "node_modules/socket.io").exists() and shutil.which("node"):
        script = str(PEERS / "node_fanout.js")
        servers.append(RealtimeServer(NODE, ("node", script, PORT, redis_url)))
    if program := _compiled_loop(folder):
        redis = urlsplit(redis_url)
        argv = (str(program), PORT, str(redis.port), str(redis.password))
        servers.append(RealtimeServer("a C loop of send()", argv))
    for driver in ("eventlet", "gevent"):
        plain = ("-m", "benchmarks.peers.plain_socketio", PORT, redis_url, driver)
        servers.append(RealtimeServer(f"python-socketio, {driver}", (sys.executable, *plain)))
    return servers


def memory_of(pid: int) -> int:
    """Resident bytes of a process and those below it."""
    process = psutil.Process(pid)
    return sum(p.memory_info().rss for p in (process, *process.children(recursive=True)))


def _compiled_loop(folder: Path) -> Path | None:
    compiler = shutil.which("cc")
    if compiler is None:
        return None
    program = folder / "send_loop"
    source = str(PEERS / "send_loop.c")
    subprocess.run([compiler, "-O2", "-o", str(program), source], check=True)
    return program
