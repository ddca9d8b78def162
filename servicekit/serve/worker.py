"""gunicorn's threaded worker, in which a slow or idle client never occupies a thread.

The main thread receives requests and sends the unsent rest of answers, for all connections at once;
a thread handles a request once all of it has arrived. Only large bodies are read, and only large
answers written, by a thread, and those that handle files are apart from all others.

It replaces private methods of gunicorn's worker; checked with gunicorn 27.0.
"""

import logging
import resource
import selectors
import socket
import threading
import time
from functools import partial
from typing import Any

from gunicorn.http.errors import LimitRequestLine
from gunicorn.workers.gthread import ThreadWorker

from servicekit.serve.arrival import Arrival, State
from servicekit.serve.connection import RECEIVED_AT_ONCE, Connection, refusal
from servicekit.serve.peer import GRACE_SECONDS, SLOWEST_BYTES_PER_SECOND
from servicekit.serve.threads import Threads
from servicekit.serve.usual_request import read_usual
from servicekit.serve.waiting import Waiting
from servicekit.web.app_state import state_of

HEAD_SECONDS = 10.0
MOMENT_SECONDS = 0.005
"""How long a thread waits for the next request of a client that was as quick before."""
LINGER_SECONDS = 2.0
SKIP_SECONDS = 1.0
SWEEP_SECONDS = 0.25
MOST_LINGERED = 10_000_000
CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
log = logging.getLogger(__name__)


class Worker(ThreadWorker):  # type: ignore[misc]
    """Two pools of threads: one for files and other large bodies, one for everything else."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._most_connections = int(self.cfg.worker_connections)
        # Never stop accepting: the connection that has waited longest makes room instead.
        self.worker_connections = 2**31
        self._waiting: Waiting
        self._next_sweep = 0.0
        self._may_wait = threading.Semaphore(max(1, self.cfg.threads // 2))
        self._file_threads: Threads
        self._file_paths: tuple[str, ...] = ()

    def init_process(self) -> None:
        _raise_file_limit()
        self._file_threads = self.get_thread_pool()
        super().init_process()

    def get_thread_pool(self) -> Threads:
        return Threads(self.cfg.threads)

    def load_wsgi(self) -> None:
        super().load_wsgi()
        self._waiting = Waiting(self.poller, self._forget_one)
        self._file_paths = tuple(state_of(self.wsgi).file_paths)

    def accept(self, listener: Any) -> None:
        try:
            client, address = listener.accept()
        except BlockingIOError:
            return
        except OSError as error:
            log.warning("a connection could not be accepted: %s", error)
            self._waiting.make_room()
            return
        self.nr_conns += 1
        if self.nr_conns > self._most_connections:
            self._waiting.make_room()
        conn = Connection(self.cfg, client, address, listener.getsockname())
        conn.deadline = time.monotonic() + HEAD_SECONDS
        if self._waiting.add(conn, selectors.EVENT_READ, self._receive):
            self._receive(conn)

    def handle_error(self, req: Any, client: Any, addr: Any, exc: Exception) -> None:
        if isinstance(exc, LimitRequestLine):
            detail = f"Use an address of at most {self.cfg.limit_request_line} characters."
            client.sendall(refusal("414 URI Too Long", "address-too-long", detail))
        else:
            super().handle_error(req, client, addr, exc)

    def _handle_and_finish(self, conn: Connection) -> None:
        """Runs in a thread, as does all that it calls; the main thread goes on."""
        is_kept = False
        try:
            is_kept = bool(self.handle(conn))
        except Exception:
            log.exception("a request failed")
        finally:
            self.method_queue.defer(self.finish_request, conn, is_kept)

    def handle(self, conn: Connection) -> Any:
        is_kept = self._handle_one(conn)
        while is_kept and conn.is_brisk and self._receives_next(conn):
            is_kept = self._handle_one(conn)
        return is_kept

    def _handle_one(self, conn: Connection) -> Any:
        conn.init()
        arrival = conn.arrival
        if arrival.state is State.COMPLETE:
            conn.sock.seal()
            conn.parser.read_request = read_usual(arrival.data)
        else:
            conn.sock.unseal()
        if conn.parser.read_request is None:
            conn.parser.unreader.unread(bytes(arrival.data))
        arrival.data.clear()
        with conn.sock.head_with_body():
            return super().handle(conn)

    def _receives_next(self, conn: Connection) -> bool:
        """Whether the next request comes in a moment: that spares it the way by the main thread.

        At most half of the threads wait so, only for clients whose last request came as soon, and
        only while no other request waits for a thread.
        """
        is_needed = self.tpool.has_waiting_task
        if not self.alive or is_needed or not self._may_wait.acquire(blocking=False):
            return False
        try:
            return conn.receives_next_within(MOMENT_SECONDS, self._file_paths)
        finally:
            self._may_wait.release()

    def handle_request(self, req: Any, conn: Connection) -> Any:
        if conn.was_continued:
            req._expected_100_continue = False
        return super().handle_request(req, conn)

    def _keepalive_after(self, conn: Connection, keepalive: Any) -> bool:
        # Wait only briefly for the rest of a large body that was refused.
        patience = SKIP_SECONDS if conn.arrival.state is State.STREAM else GRACE_SECONDS
        deadline = time.monotonic() + patience
        return bool(keepalive) and bool(conn.parser.finish_body(deadline=deadline))

    def finish_request(self, conn: Connection, is_kept: bool) -> None:
        conn.is_kept = is_kept
        conn.answered = time.monotonic()
        if conn.sock.unsent:
            seconds = GRACE_SECONDS + len(conn.sock.unsent) / SLOWEST_BYTES_PER_SECOND
            conn.deadline = time.monotonic() + seconds
            self._waiting.add(conn, selectors.EVENT_WRITE, self._flush)
        else:
            self._go_on(conn)

    def murder_keepalived(self, force: bool = False) -> None:
        """Close connections whose deadline has passed."""
        now = time.monotonic()
        if force:
            self._waiting.drop_all()
        elif now >= self._next_sweep:
            self._next_sweep = now + SWEEP_SECONDS
            for conn in self._waiting.overdue():
                self._end_slow(conn)

    def _end_slow(self, conn: Connection) -> None:
        if conn.arrival.data:
            self._refuse(conn, "408 Request Timeout", "timeout", "The request came too slowly.")
        else:
            self._waiting.drop(conn)

    def _cap_keepalive(self, deadline: float) -> None:
        self._waiting.hurry(deadline)

    def _receive(self, conn: Connection) -> None:
        try:
            data = conn.sock.recv_now(RECEIVED_AT_ONCE)
        except OSError:
            data = b""
        if data is None:
            return
        if not data:
            self._waiting.drop(conn)
            return
        if conn.is_idle:
            self._begin(conn)
        self._add(conn, data)

    def _begin(self, conn: Connection) -> None:
        conn.began = time.monotonic()
        conn.is_brisk = conn.began - conn.answered < MOMENT_SECONDS
        conn.deadline = conn.began + HEAD_SECONDS
        conn.was_continued = False

    def _add(self, conn: Connection, data: bytes) -> None:
        arrival = conn.arrival
        arrival.feed(data)
        self._waiting.hold(conn, len(data))
        is_file = arrival.has_head and arrival.path.startswith(self._file_paths)
        if arrival.state is State.HEAD_TOO_LARGE:
            self._refuse(
                conn,
                "431 Request Header Fields Too Large",
                "headers-too-large",
                "The headers of the request are too large.",
            )
        elif arrival.state is not State.INCOMPLETE:
            self._hand_over(conn, is_file or arrival.state is State.STREAM)
        elif is_file:
            arrival.state = State.STREAM
            self._hand_over(conn, True)
        elif arrival.has_head:
            conn.deadline = conn.began + GRACE_SECONDS
            if arrival.expects_continue and not conn.was_continued:
                conn.was_continued = True
                self._say_continue(conn)

    def _say_continue(self, conn: Connection) -> None:
        try:
            conn.sock.sendall(CONTINUE)
        except OSError:
            self._waiting.drop(conn)
        else:
            self._waiting.hold(conn, len(conn.sock.unsent))

    def _hand_over(self, conn: Connection, is_large: bool) -> None:
        self._waiting.remove(conn)
        conn.is_brisk = conn.is_brisk and not is_large
        threads = self._file_threads if is_large else self.tpool
        threads.run(partial(self._handle_and_finish, conn))

    def _flush(self, conn: Connection) -> None:
        before = conn.held
        try:
            is_all = conn.sock.flush()
        except OSError:
            self._waiting.drop(conn)
            return
        self._waiting.hold(conn, conn.held - before)
        if is_all:
            self._waiting.remove(conn)
            self._go_on(conn)

    def _go_on(self, conn: Connection) -> None:
        """After an answer: wait for the next request, or close."""
        if not conn.is_kept:
            self._linger(conn)
            return
        rest = conn.parser.unreader.take_buffered()
        conn.arrival = Arrival()
        conn.deadline = time.monotonic() + (self.cfg.keepalive if self.alive else LINGER_SECONDS)
        is_open = self._waiting.add(conn, selectors.EVENT_READ, self._receive)
        if rest and is_open:
            self._begin(conn)
            self._add(conn, rest)

    def _linger(self, conn: Connection) -> None:
        """Close so that the peer receives the whole answer, even if it is still sending."""
        try:
            conn.sock.shutdown(socket.SHUT_WR)
        except OSError:
            self._waiting.close(conn)
            return
        conn.arrival = Arrival()
        conn.deadline = time.monotonic() + LINGER_SECONDS
        if self._waiting.add(conn, selectors.EVENT_READ, self._ignore):
            self._ignore(conn)

    def _ignore(self, conn: Connection) -> None:
        try:
            data = conn.sock.recv_now(RECEIVED_AT_ONCE)
        except OSError:
            data = b""
        conn.lingered += len(data or b"")
        if data == b"" or conn.lingered > MOST_LINGERED:
            self._waiting.drop(conn)

    def _refuse(self, conn: Connection, status: str, code: str, detail: str) -> None:
        self._waiting.remove(conn)
        try:
            conn.sock.sendall(refusal(status, code, detail))
        except OSError:
            self._waiting.close(conn)
        else:
            self._linger(conn)

    def _forget_one(self) -> None:
        self.nr_conns -= 1


def _raise_file_limit() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft != hard:
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
