"""The async driver: eventlet or gevent under gunicorn, and every peculiarity of either.

Relies on private parts of all three; checked with gunicorn 27.0, eventlet 0.41 and gevent 26.9.
"""

import errno
import importlib
import logging
import os
import resource
import socket
import sys
import time
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, Protocol, cast

from gunicorn.workers.base_async import (
    ALREADY_HANDLED as ALREADY_HANDLED,
)
from gunicorn.workers.base_async import AsyncWorker

from realtime_service import metrics

DEFAULT_DRIVER = "eventlet"
ACCEPTS_AT_A_TIME = 64
LARGEST_BODY = 1_000_000
"""A connection with more bytes of body is closed after the answer instead of being read on."""
SPARE_FILES = 64
"""File descriptors kept for Redis, other services and logs when clients use all the others."""
BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\n"
    b"Retry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
)
OUT_OF_FILES = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
_running: set[object] = set()
metrics.TASKS.set_function(lambda: len(_running))
log = logging.getLogger(__name__)


class Task(Protocol):
    """A green thread."""

    def kill(self) -> Any: ...


class Driver(Protocol):
    """The differences between eventlet and gevent. All else goes through the patched standard
    library.
    """

    def patch(self) -> None:
        """Make the standard library's sockets, locks and threads green."""

    def spawn(self, function: Callable[..., Any], *args: Any) -> Task: ...

    def raw_socket(self, sock: Any) -> socket.socket:
        """The non-blocking system socket under a green one."""

    def wait_readable(self, sock: Any) -> None:
        """Let other tasks run until `sock` has bytes, or has ended; raises OSError after its own
        timeout.
        """

    def wait_writable(self, sock: Any, seconds: float) -> None:
        """Return when `sock` takes bytes again; raises OSError when it will not, or not in time."""

    def silent_timeout(self, seconds: float) -> AbstractContextManager[Any]:
        """A block that ends after `seconds`, without an exception."""


class Eventlet:
    """eventlet gets bug fixes only and warns of it at import; that is why gevent works as well."""

    def __init__(self) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._eventlet = importlib.import_module("eventlet")
            self._hubs = importlib.import_module("eventlet.hubs")

    def patch(self) -> None:
        self._hubs.use_hub()
        self._eventlet.monkey_patch()
        hub = self._hubs.get_hub()
        hub.squelch_exception = partial(_drop_listener, hub)

    def spawn(self, function: Callable[..., Any], *args: Any) -> Task:
        return cast(Task, self._eventlet.spawn(_logged, function, *args))

    def raw_socket(self, sock: Any) -> socket.socket:
        return cast(socket.socket, sock.fd)

    def wait_readable(self, sock: Any) -> None:
        sock._read_trampoline()

    def wait_writable(self, sock: Any, seconds: float) -> None:
        self._hubs.trampoline(
            sock, write=True, timeout=seconds, timeout_exc=TimeoutError("too slow")
        )

    def silent_timeout(self, seconds: float) -> AbstractContextManager[Any]:
        return cast(AbstractContextManager[Any], self._eventlet.Timeout(seconds, False))


class Gevent:
    """gevent patches before a fork as well as after it, but its hub must be recreated in
    the child.
    """

    def __init__(self) -> None:
        self._gevent = importlib.import_module("gevent")
        self._hub = importlib.import_module("gevent.hub")
        self._socket = importlib.import_module("gevent.socket")

    def patch(self) -> None:
        importlib.import_module("gevent.monkey").patch_all()
        self._hub.reinit(self._hub.get_hub())

    def spawn(self, function: Callable[..., Any], *args: Any) -> Task:
        return cast(Task, self._gevent.spawn(_logged, function, *args))

    def raw_socket(self, sock: Any) -> socket.socket:
        return cast(socket.socket, sock._sock)

    def wait_readable(self, sock: Any) -> None:
        sock._wait(sock._read_event)

    def wait_writable(self, sock: Any, seconds: float) -> None:
        self._socket.wait_write(
            sock.fileno(), timeout=seconds, timeout_exc=TimeoutError("too slow")
        )

    def silent_timeout(self, seconds: float) -> AbstractContextManager[Any]:
        return cast(AbstractContextManager[Any], self._gevent.Timeout(seconds, False))


DRIVERS: dict[str, type[Driver]] = {"eventlet": Eventlet, "gevent": Gevent}


def load_driver(name: str) -> Driver:
    """The driver called `name`; the modules behind it are imported only now."""
    return DRIVERS[name]()


class Worker(AsyncWorker):  # type: ignore[misc]
    """gunicorn's worker for sockets: a green thread for each connection, one process, no limit but
    open files.
    """

    sockets: list[Any]

    def init_process(self) -> None:
        if self.cfg.workers != 1:
            # A long-polling client must find its process again, which gunicorn cannot promise.
            log.critical(
                "realtime_service runs one worker a process, not %s; start more processes",
                self.cfg.workers,
            )
            sys.exit(4)
        name = os.environ.get("ASYNC_DRIVER", "")
        # An invalid name is rejected below, with all other invalid settings.
        self._driver = load_driver(name if name in DRIVERS else DEFAULT_DRIVER)
        self._driver.patch()
        self.sockets = [_green_listener(listener) for listener in self.sockets]
        self._limit = _raise_file_limit() - SPARE_FILES
        self._open: set[socket.socket] = set()
        self._busy: set[socket.socket] = set()
        self._is_hurried = False
        super().init_process()

    def run(self) -> None:
        acceptors = [self._driver.spawn(self._accept_from, listener) for listener in self.sockets]
        while self.alive and self.ppid == os.getppid():
            self.notify()
            time.sleep(0.5)
        for acceptor in acceptors:
            acceptor.kill()
        for listener in self.sockets:
            listener.close()
        self._stop_gracefully()

    def handle_quit(self, sig: int, frame: Any) -> None:
        """Stop at once. gunicorn's own would sleep, and a signal may arrive in the hub, which must
        not.
        """
        self.alive = False
        self._is_hurried = True

    def timeout_ctx(self) -> AbstractContextManager[Any]:
        return self._driver.silent_timeout(self.cfg.keepalive)

    def handle_request(self, listener_name: Any, req: Any, sock: Any, addr: Any) -> Any:
        self._busy.add(sock)
        if _has_large_body(req):
            req.force_close()
        try:
            time.sleep(0)  # pipelined requests would be read and answered without a pause
            return super().handle_request(listener_name, req, sock, addr)
        finally:
            self._busy.discard(sock)

    def is_already_handled(self, respiter: Any) -> bool:
        if respiter is ALREADY_HANDLED:
            raise StopIteration
        return False

    def _accept_from(self, listener: socket.socket) -> None:
        accepted = 0
        while True:
            try:
                client, address = listener.accept()
            except OSError as error:
                if error.errno in OUT_OF_FILES:
                    log.error("cannot accept more connections: %s", error)
                    time.sleep(0.2)
                    continue
                if self.alive:
                    log.exception("accepting connections failed")
                return
            self._driver.spawn(self._serve, listener, client, address)
            accepted += 1
            if accepted % ACCEPTS_AT_A_TIME == 0:
                time.sleep(0)

    def _serve(self, listener: socket.socket, client: socket.socket, address: Any) -> None:
        if len(self._open) >= self._limit:
            with suppress(OSError):
                client.sendall(BUSY)
            client.close()
            return
        self._open.add(client)
        try:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.handle(listener, client, address)
        finally:
            self._open.discard(client)

    def _stop_gracefully(self) -> None:
        close_all = getattr(self.wsgi, "extensions", {}).get("close_all")
        if close_all is not None:
            close_all()
        deadline = time.monotonic() + (1 if self._is_hurried else self.cfg.graceful_timeout)
        while self._open and time.monotonic() < deadline:
            self._close_idle()
            self.notify()
            time.sleep(0.05)

    def _close_idle(self) -> None:
        """End kept-alive connections that wait for a further request."""
        for client in self._open - self._busy:
            with suppress(OSError):
                self._driver.raw_socket(client).shutdown(socket.SHUT_RDWR)


def _has_large_body(req: Any) -> bool:
    headers = dict(req.headers)
    length = headers.get("CONTENT-LENGTH", "0")
    return "TRANSFER-ENCODING" in headers or int(length) > LARGEST_BODY


def _green_listener(listener: Any) -> socket.socket:
    """The same listening socket with green methods; it was opened before `patch`."""
    return socket.socket(listener.FAMILY, socket.SOCK_STREAM, fileno=listener.sock.detach())


def _raise_file_limit() -> int:
    """Raise the limit of open files to the maximum; returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            soft = hard
    return soft if soft != resource.RLIM_INFINITY else sys.maxsize


def _logged(function: Callable[..., Any], *args: Any) -> None:
    """Run `function` in a green thread, and log its errors."""
    task = object()
    _running.add(task)
    try:
        function(*args)
    except Exception:
        log.exception("a background task failed: %s", getattr(function, "__qualname__", function))
    finally:
        _running.discard(task)


def _drop_listener(hub: Any, fileno: int, exc_info: Any) -> None:
    """Replaces eventlet's handling of an error in a listener, which prints to standard error."""
    log.error("the event loop drops the listener of fd %s", fileno, exc_info=exc_info)
    with suppress(Exception):
        hub.remove_descriptor(fileno)
