"""How gunicorn serves every service: one process, its address from the service's settings.

It is read before the fork and imports little: realtime_service's worker makes the standard library
green before anything else is imported.
"""

import os
from typing import Any

from servicekit.loopback import is_loopback

_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "0"
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
workers = 1
worker_class = "servicekit.worker.Worker"
sendfile = False  # it would wait for a slow reader
threads = int(os.environ.get("THREADS") or 16)
keepalive = 75
timeout = 60
graceful_timeout = 10
backlog = 4096
_memory = "/dev/shm"  # noqa: S108 - a heartbeat file must never wait for a disk
worker_tmp_dir = _memory if os.path.isdir(_memory) else None
control_socket_disable = True
errorlog = "-"
loglevel = "warning"
forwarded_allow_ips = "127.0.0.1,::1" if is_loopback(_host) else "*"


def post_worker_init(worker: Any) -> None:
    """Threads do not survive the fork, so background work starts here."""
    from servicekit.app import start_background

    start_background(worker.wsgi)


def worker_exit(server: Any, worker: Any) -> None:
    """Let background work finish what it has at hand."""
    from servicekit.app import stop_background

    if getattr(worker, "wsgi", None) is not None:
        stop_background(worker.wsgi)
