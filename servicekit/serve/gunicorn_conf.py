"""How gunicorn serves every service: one process, its address from the service's settings.

It is read before the fork and imports little: realtime_service's worker makes the standard library
green before anything else is imported.
"""

import ctypes
import gc
import os
import signal
import sys
from typing import Any

PR_SET_PDEATHSIG = 1
# Loaded before the fork, not in the child.
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None
_host = os.environ.get("HOST") or "127.0.0.1"
_port = os.environ.get("PORT") or "0"
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
workers = 1
worker_class = "servicekit.serve.worker.Worker"
sendfile = False  # it would wait for a slow reader
threads = int(os.environ.get("THREADS") or 16)
keepalive = 75
timeout = 60
graceful_timeout = 10
backlog = 4096
limit_request_line = 8190  # a search for 500 Chinese characters has 4,500
_memory = "/dev/shm"  # noqa: S108 - a heartbeat file must never wait for a disk
worker_tmp_dir = _memory if os.path.isdir(_memory) else None
control_socket_disable = True
errorlog = "-"
loglevel = "warning"
# ProxyFix believes the proxies in front, hop by hop; gunicorn itself trusts no header.
forwarded_allow_ips = ""
forwarder_headers = ""
secure_scheme_headers: dict[str, str] = {}


def post_fork(server: Any, worker: Any) -> None:
    """A killed master takes its worker along, so that both can be started again at once (Linux)."""
    if _libc is not None:
        _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != server.pid:
            os._exit(1)


def post_worker_init(worker: Any) -> None:
    """Threads do not survive the fork, so background work starts here."""
    from servicekit.web.app import start_background

    start_background(worker.wsgi)
    _collect_less()


def _collect_less() -> None:
    """Never look for garbage among what was imported, and seldom among the rest.

    A request leaves no cycles behind; looking for them took a twentieth of its time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def worker_exit(server: Any, worker: Any) -> None:
    """Let background work finish its current task."""
    from servicekit.web.app import stop_background

    if getattr(worker, "wsgi", None) is not None:
        stop_background(worker.wsgi)
