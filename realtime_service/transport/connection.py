"""One client's connection: Engine.IO over long polling or WebSocket."""

import time
from typing import Any, Protocol

from engineio import exceptions, packet

from realtime_service import metrics
from realtime_service.transport import frames
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.host import Host
from realtime_service.transport.intake import Flood
from realtime_service.transport.outbound import Outbound, Write
from realtime_service.transport.polling import PollingSocket
from realtime_service.transport.websocket import BadHandshake, Inbound, Violation, handshake_reply
from realtime_service.transport.worker import ALREADY_HANDLED

PROBE_SECONDS = 10
GOING_AWAY = frames.make_frame((1001).to_bytes(2), frames.CLOSE)
PONG = str(packet.PONG)
PING_FRAME = frames.frame_of(packet.Packet(packet.PING))
POLICY_VIOLATION = frames.make_frame((1008).to_bytes(2), frames.CLOSE)


class Channel(Protocol):
    """A list of connections that receive the same events."""

    @property
    def name(self) -> str: ...

    def place(self, connection: "Connection") -> None:
        """Note whether `connection` can be written to at once."""

    def remove(self, connection: "Connection") -> None: ...


class Connection(PollingSocket):
    """An Engine.IO socket that writes by itself. `write` is the bare non-blocking send."""

    closed: bool
    closing: bool
    connected: bool
    last_ping: float | None

    def __init__(self, server: Host, sid: str) -> None:
        super().__init__(server, sid)
        self.channels: set[Channel] = set()
        self.write: Write | None = None
        self._outbound: Outbound | None = None
        self._pinged_at: float | None = None
        self._is_accepted = False

    @property
    def is_direct(self) -> bool:
        """Whether a frame may be written at once."""
        return self.write is not None and self._outbound is not None and self._outbound.is_empty

    @property
    def is_open(self) -> bool:
        """Whether events can still be sent on it."""
        return not self.closing and (self._outbound is None or self.write is not None)

    def send(self, pkt: packet.Packet) -> None:
        """Send an Engine.IO packet after all that was sent before."""
        if self.closed:
            return
        if self._outbound is not None:
            self.put(frames.frame_of(pkt))
        else:
            self.enqueue(pkt)

    def send_event(self, event: Outgoing) -> None:
        """Send an event after all that was sent before."""
        if self.closed:
            return
        if self._outbound is not None:
            self.put(event.frame)
        else:
            self.enqueue(event.packet)

    def send_events(self, events: list[Outgoing]) -> None:
        """Send several events, in one write if that is possible."""
        if self._outbound is not None:
            self.put(b"".join([event.frame for event in events]))
        else:
            for event in events:
                self.send_event(event)

    def put(self, frame: bytes) -> None:
        """Write whole frames to the WebSocket after all that was sent before."""
        if self.write is not None and self._outbound is not None:
            self._outbound.put(frame)

    def enqueue_rest(self, rest: bytes | memoryview) -> None:
        """Queue `rest`, to be written before all later frames as soon as the socket is writable."""
        if self._outbound is not None:
            self._outbound.enqueue(rest)

    def abort(self) -> None:
        """Close the TCP connection without a close frame, and drop the queue. The client resumes
        from the log.
        """
        if self._outbound is None:
            super().abort()
            return
        self._outbound.clear()
        self._leave_channels()
        self.write = None
        self._outbound.shut()

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
            if self._outbound is not None and self._outbound.is_empty:
                self._outbound.shut()

    def close_for_restart(self) -> None:
        """Close without Engine.IO's close packet, after which the stock Python client would not
        reconnect.
        """
        self._answer(GOING_AWAY)
        self.close(wait=False, abort=True, reason=self.engine.reason.SERVER_DISCONNECT)

    def receive(self, pkt: packet.Packet) -> None:
        if self._outbound is None:
            self.count_request(0)
        if pkt.packet_type == packet.PONG:
            self.schedule_ping()
        else:
            super().receive(pkt)

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
        if self._outbound is not None:
            self.put(PING_FRAME)
        else:
            self.enqueue(packet.Packet(packet.PING))
        self.engine.pong_timer.add(self._expect_pong, self._pinged_at)

    def _expect_pong(self, pinged_at: float) -> None:
        if self._pinged_at == pinged_at and not self.closed:
            metrics.DEAD_PEERS.inc()
            self.abort()
            self.close(wait=False, abort=True, reason=self.engine.reason.PING_TIMEOUT)

    def _upgrade_websocket(self, environ: dict[str, Any], start_response: Any) -> Any:
        """Speak WebSocket on this request's connection until it ends."""
        if self.upgraded or self.upgrading:
            raise exceptions.EngineIOError("upgraded already")
        try:
            reply = handshake_reply(environ)
        except BadHandshake:
            return self.engine._bad_request("Not a WebSocket handshake")
        green = environ["gunicorn.socket"]
        engine = self.engine
        inbound = Inbound(
            engine.driver, green, engine.max_http_buffer_size, self._answer, self._intake
        )
        if not self.connected:
            self.connected = True
            self._go_direct(green, reply)
        elif self._was_probed(green, reply, inbound):
            self._go_direct(green)
        else:
            return ALREADY_HANDLED
        self._read(inbound)
        return ALREADY_HANDLED

    def _was_probed(self, green: Any, reply: bytes, inbound: Inbound) -> bool:
        """Engine.IO's upgrade: the client tries the new way before it leaves long polling."""
        self.upgrading = True
        green.settimeout(PROBE_SECONDS)
        try:
            green.sendall(reply)
            if inbound.receive() != f"{packet.PING}probe":
                return False
            green.sendall(frames.make_frame(f"{packet.PONG}probe".encode()))
            self.enqueue(packet.Packet(packet.NOOP))  # ends the poll that is open
            return inbound.receive() == str(packet.UPGRADE) and not self.closed
        except (OSError, Violation, Flood):
            return False
        finally:
            green.settimeout(None)
            self.upgrading = False

    def _go_direct(self, green: Any, reply: bytes = b"") -> None:
        """Write to the socket directly from now on: `reply` and queued packets first, in one write.
        No other task runs meanwhile.
        """
        engine = self.engine
        self._outbound = Outbound(
            engine.driver,
            green,
            max_bytes=engine.max_queue_bytes,
            patience_seconds=engine.ping_timeout + engine.ping_interval,
            abort=self.abort,
            queue_changed=self._queue_changed,
        )
        self.write = self._outbound.write
        self.upgraded = True
        parts = [reply]
        while not self.queue.empty():
            pkt = self.queue.get_nowait()
            if pkt is not None:
                parts.append(frames.frame_of(pkt))
        self.put(b"".join(parts))
        self._update_channels()

    def _read(self, inbound: Inbound) -> None:
        try:
            while (message := inbound.receive()) is not None and not self.closed:
                if message == PONG:
                    self.schedule_ping()
                else:
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
            if self._outbound is not None:
                self._outbound.clear()

    def _answer(self, frame: bytes) -> None:
        if self._outbound is not None:
            self.put(frame)

    def _queue_changed(self) -> None:
        if self._outbound is not None and self._outbound.is_empty and self.closed:
            self._outbound.shut()
        else:
            self._update_channels()

    def _update_channels(self) -> None:
        for channel in self.channels:
            channel.place(self)

    def _leave_channels(self) -> None:
        for channel in tuple(self.channels):
            channel.remove(self)
