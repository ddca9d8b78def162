"""One client's connection: Engine.IO over long polling or WebSocket, and the queue of its output.

Bytes for a WebSocket are written at once, without waiting, by the sender. What the system does not
accept is queued in order and written by a task that ends when the queue is empty. So frames are
never interleaved, a single message is not delayed, and an idle socket has no task but its reader.
"""

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from itertools import islice
from socket import SHUT_RD, SHUT_RDWR
from typing import TYPE_CHECKING, Any, Protocol

from engineio import exceptions, packet, payload, socket

from realtime_service import metrics
from realtime_service.transport import frames
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.intake import Flood, Intake
from realtime_service.transport.websocket import BadHandshake, Inbound, Violation, handshake_reply
from realtime_service.transport.worker import ALREADY_HANDLED

if TYPE_CHECKING:
    from realtime_service.transport.engine import Engine

Write = Callable[[bytes], int]
PIECES_AT_ONCE = 256
"""How many queued pieces are written in one system call."""
PROBE_SECONDS = 10
BODY_SECONDS = 15
SMALL_PACKET_BYTES = 100
GOING_AWAY = frames.make_frame((1001).to_bytes(2), frames.CLOSE)
POLICY_VIOLATION = frames.make_frame((1008).to_bytes(2), frames.CLOSE)


class Channel(Protocol):
    """A list of connections that receive the same events."""

    @property
    def name(self) -> str: ...

    def place(self, connection: "Connection") -> None:
        """Note whether `connection` can be written to at once."""

    def remove(self, connection: "Connection") -> None: ...


class Connection(socket.Socket):  # type: ignore[misc]
    """An Engine.IO socket that writes by itself. `write` is the bare non-blocking send."""

    closed: bool
    closing: bool
    connected: bool
    last_ping: float | None

    def __init__(self, server: "Engine", sid: str) -> None:
        super().__init__(server, sid)
        self.engine = server
        self.channels: set[Channel] = set()
        self.write: Write | None = None
        self._raw: Any = None
        self._green: Any = None
        self._pending: deque[bytes | memoryview] = deque()
        self._pending_bytes = 0
        self._pinged_at: float | None = None
        self._intake = Intake()
        self._is_accepted = False

    @property
    def is_direct(self) -> bool:
        """Whether a frame may be written at once."""
        return self.write is not None and not self._pending

    @property
    def is_open(self) -> bool:
        """Whether events can still be sent on it."""
        return not self.closing and (self._raw is None or self.write is not None)

    def send(self, pkt: packet.Packet) -> None:
        """Send an Engine.IO packet after all that was sent before."""
        if self.closed:
            return
        if self._raw is not None:
            self.put(frames.frame_of(pkt))
        else:
            self._queue(pkt)

    def send_event(self, event: Outgoing) -> None:
        """Send an event after all that was sent before."""
        if self.closed:
            return
        if self._raw is not None:
            self.put(event.frame)
        else:
            self._queue(event.packet)

    def send_events(self, events: list[Outgoing]) -> None:
        """Send several events, in one write if that is possible."""
        if self._raw is not None:
            self.put(b"".join([event.frame for event in events]))
        else:
            for event in events:
                self.send_event(event)

    def put(self, frame: bytes) -> None:
        """Write whole frames to the WebSocket after all that was sent before."""
        if self.write is None:
            return
        if self._pending:
            self.enqueue_rest(frame)
            return
        try:
            sent = self.write(frame)
        except BlockingIOError:
            sent = 0
        except OSError:
            self.abort()
            return
        if sent < len(frame):
            self.enqueue_rest(memoryview(frame)[sent:])

    def enqueue_rest(self, rest: bytes | memoryview) -> None:
        """Queue `rest`, to be written before all later frames as soon as the socket is writable."""
        if self._raw is None:
            return
        is_first = not self._pending
        self._pending.append(rest)
        self._pending_bytes += len(rest)
        if self._pending_bytes > self.engine.max_queue_bytes:
            metrics.SLOW_READERS.inc()
            self.abort()
        elif is_first:
            self._update_channels()
            self.engine.driver.spawn(self._write_pending)

    def abort(self) -> None:
        """Close the TCP connection without a close frame, and drop the queue. The client resumes
        from the log.
        """
        self._pending.clear()
        self._pending_bytes = 0
        if self._raw is None:
            self.close(wait=False, abort=True, reason=self.engine.reason.TRANSPORT_ERROR)
            return
        self._leave_channels()
        self.write = None
        self._shut()

    def accept(self) -> None:
        """The client has signed in, or need not: it may stay, and send more."""
        self._is_accepted = True
        self._intake.limit = self.engine.signed_in_limit
        self.engine.unsigned.discard(self)

    def abort_unless_accepted(self) -> None:
        """Close a connection on which nobody has signed in."""
        if not self._is_accepted and not self.closed:
            metrics.UNSIGNED.inc()
            self.abort()

    def close(self, wait: bool = True, abort: bool = False, reason: str | None = None) -> None:
        """Close the connection: call the handlers, then notify the client, unless it is gone
        (`abort`).
        """
        if self.closed or self.closing:
            return
        self.closing = True
        try:
            self.engine._trigger_event(
                "disconnect",
                self.sid,
                reason or self.engine.reason.SERVER_DISCONNECT,
                run_async=False,
            )
        finally:
            if not abort:
                self.send(packet.Packet(packet.CLOSE))
                self._answer(GOING_AWAY)
            self.closed = True
            self._leave_channels()
            self.engine.sockets.pop(self.sid, None)
            self.engine.unsigned.discard(self)
            self.queue.put(None)
            if self._raw is not None and not self._pending:
                self._shut()

    def close_for_restart(self) -> None:
        """Close without Engine.IO's close packet, after which the stock Python client would not
        reconnect.
        """
        self._answer(GOING_AWAY)
        self.close(wait=False, abort=True, reason=self.engine.reason.SERVER_DISCONNECT)

    def poll(self) -> list[packet.Packet]:
        """The packets queued for a long-polling client; the stock Python client accepts 16 at a
        time.
        """
        packets: list[Any] = []
        try:
            packets.append(
                self.queue.get(timeout=self.engine.ping_interval + self.engine.ping_timeout)
            )
            while packets[-1] is not None and len(packets) < payload.Payload.max_decode_packets:
                packets.append(self.queue.get(block=False))
        except self.engine.get_queue_empty_exception():
            if not packets:
                raise exceptions.QueueEmpty from None
        if packets[-1] is None:
            packets.pop()
            self.queue.put(None)
        self._pending_bytes -= sum(map(_size_of, packets))
        return packets

    def receive(self, pkt: packet.Packet) -> None:
        if self._raw is None:
            self._count(0)
        if pkt.packet_type == packet.PONG:
            self.schedule_ping()
        else:
            super().receive(pkt)

    def handle_get_request(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Answer a poll, or upgrade to WebSocket."""
        self._count(0)
        return super().handle_get_request(environ, start_response)

    def handle_post_request(self, environ: dict[str, Any]) -> None:
        """Malformed packets end the connection with a 400; engineio would log a traceback
        for each.
        """
        try:
            size = int(environ.get("CONTENT_LENGTH", "0"))
            self._count(size)
            if size <= self.engine.max_http_buffer_size:
                environ["wsgi.input"] = self._read_body(environ, size)
            super().handle_post_request(environ)
        except (ValueError, IndexError, KeyError) as error:
            metrics.BAD_PACKETS.inc()
            raise exceptions.EngineIOError(str(error)) from error

    def _read_body(self, environ: dict[str, Any], size: int) -> BytesIO:
        body = None
        with self.engine.driver.silent_timeout(BODY_SECONDS):
            body = environ["wsgi.input"].read(size)
        if body is None:
            environ["gunicorn.socket"].shutdown(SHUT_RD)  # do not read the rest either
            raise exceptions.EngineIOError("the body came too slowly")
        return BytesIO(body)

    def schedule_ping(self) -> None:
        if self._pinged_at is None and self.last_ping is None:
            return  # a pong without a ping
        self.last_ping = self._pinged_at = None
        self.engine.ping_timer.add(self._ping)

    def check_ping_timeout(self) -> bool:
        return not self.closed

    def _ping(self) -> None:
        if self.closing or self.closed:
            return
        self._pinged_at = time.monotonic()
        self.send(packet.Packet(packet.PING))
        self.engine.pong_timer.add(self._expect_pong, self._pinged_at)

    def _expect_pong(self, pinged_at: float) -> None:
        if self._pinged_at == pinged_at and not self.closed:
            metrics.DEAD_PEERS.inc()
            self.abort()
            self.close(wait=False, abort=True, reason=self.engine.reason.PING_TIMEOUT)

    def _count(self, size: int) -> None:
        """Requests and packets of long polling count like frames."""
        try:
            self._intake.count_bytes(size)
            self._intake.count_frame()
        except Flood as flood:
            metrics.FLOODS.inc()
            raise exceptions.EngineIOError(str(flood)) from flood

    def _queue(self, pkt: packet.Packet) -> None:
        self._pending_bytes += _size_of(pkt)
        if self._pending_bytes > self.engine.max_queue_bytes:
            metrics.SLOW_READERS.inc()
            self.abort()
        else:
            self.queue.put(pkt)

    def _write_pending(self) -> None:
        engine = self.engine
        try:
            while self._pending:
                engine.driver.wait_writable(self._green, engine.ping_timeout + engine.ping_interval)
                self._write_some()
        except OSError:
            self.abort()
            return
        if self.closed:
            self._shut()
        else:
            self._update_channels()

    def _write_some(self) -> None:
        """One system call with as many pieces as it may accept."""
        if not self._pending:
            return
        try:
            sent = self._raw.sendmsg(list(islice(self._pending, PIECES_AT_ONCE)))
        except BlockingIOError:
            return
        self._pending_bytes -= sent
        while sent:
            piece = self._pending[0]
            if len(piece) <= sent:
                sent -= len(piece)
                self._pending.popleft()
            else:
                self._pending[0] = memoryview(piece)[sent:]
                sent = 0

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Speak WebSocket on this request's connection until it ends."""
        if self.upgraded or self.upgrading:
            raise exceptions.EngineIOError("upgraded already")
        try:
            reply = handshake_reply(environ)
        except BadHandshake:
            return self.engine._bad_request("Not a WebSocket handshake")
        green = environ["gunicorn.socket"]
        green.sendall(reply)
        inbound = Inbound(green, self.engine.max_http_buffer_size, self._answer, self._intake)
        if not self.connected:
            self.connected = True
            self._go_direct(green)
        elif self._was_probed(green, inbound):
            self._go_direct(green)
        else:
            return ALREADY_HANDLED
        self._read(inbound)
        return ALREADY_HANDLED

    def _was_probed(self, green: Any, inbound: Inbound) -> bool:
        """Engine.IO's upgrade: the client tries the new way before it leaves long polling."""
        self.upgrading = True
        green.settimeout(PROBE_SECONDS)
        try:
            if inbound.receive() != f"{packet.PING}probe":
                return False
            green.sendall(frames.make_frame(f"{packet.PONG}probe".encode()))
            self._queue(packet.Packet(packet.NOOP))  # ends the poll that is open
            return inbound.receive() == str(packet.UPGRADE) and not self.closed
        except (OSError, Violation, Flood):
            return False
        finally:
            green.settimeout(None)
            self.upgrading = False

    def _go_direct(self, green: Any) -> None:
        """Write to the socket directly from now on, queued packets first. No other task runs
        meanwhile.
        """
        self._green = green
        self._raw = self.engine.driver.raw_socket(green)
        self.write = self._raw.send
        self.upgraded = True
        self._pending_bytes = 0
        while not self.queue.empty():
            pkt = self.queue.get_nowait()
            if pkt is not None:
                self.put(frames.frame_of(pkt))
        self._update_channels()

    def _read(self, inbound: Inbound) -> None:
        try:
            while (message := inbound.receive()) is not None and not self.closed:
                self.receive(packet.Packet(encoded_packet=message))
        except Violation as violation:
            metrics.BAD_PACKETS.inc()
            self._answer(frames.make_frame(violation.code.to_bytes(2), frames.CLOSE))
        except Flood:
            metrics.FLOODS.inc()
            self._answer(POLICY_VIOLATION)
        except (ValueError, IndexError, exceptions.EngineIOError):
            metrics.BAD_PACKETS.inc()
        except (OSError, EOFError):
            pass  # the peer is gone; the connection is closed below
        finally:
            self.close(wait=False, abort=True, reason=self.engine.reason.TRANSPORT_CLOSE)
            self.write = None
            self._pending.clear()

    def _answer(self, frame: bytes) -> None:
        if self._raw is not None:
            self.put(frame)

    def _shut(self) -> None:
        """Wake the reader, which closes the connection."""
        with suppress(OSError):  # the peer may have closed it first
            self._raw.shutdown(SHUT_RDWR)

    def _update_channels(self) -> None:
        for channel in self.channels:
            channel.place(self)

    def _leave_channels(self) -> None:
        for channel in tuple(self.channels):
            channel.remove(self)


def _size_of(pkt: packet.Packet) -> int:
    return len(pkt.data) if isinstance(pkt.data, str | bytes) else SMALL_PACKET_BYTES
