"""python-socketio and python-engineio with Parley's `Connection`; an idle one has no task.

Private methods of both are replaced; checked with python-socketio 5.18.
"""

import json
import logging
from collections.abc import Callable
from typing import Any

import engineio
import orjson
import socketio
import socketio.packet
from engineio import packet
from flask import Flask

from realtime_service import metrics
from realtime_service.settings import RealtimeSettings
from realtime_service.transport.connection import Connection
from realtime_service.transport.intake import Limit
from realtime_service.transport.timers import Timer
from realtime_service.transport.worker import Driver

SOCKET_PATH = "/socket.io/"
MAX_UNSIGNED_POLLING = 1000
"""Sessions cost memory, and one connection could open thousands of them in a second."""
BUSY: dict[str, Any] = {
    "status": "503 Service Unavailable",
    "headers": [("Content-Type", "text/plain"), ("Retry-After", "5")],
    "response": b"Too many connections are signing in; try again in a moment.",
}
KEPT_OF_ENVIRON = ("REMOTE_ADDR", "HTTP_X_FORWARDED_FOR", "HTTP_X_REQUEST_ID", "HTTP_USER_AGENT")
RESERVED_EVENTS = frozenset({"connect", "disconnect", "connect_error"})
LateHandler = Callable[[Connection, int | None, list[Any]], None]


class Engine(engineio.Server):  # type: ignore[misc]
    """An Engine.IO server whose sockets are of the class `Connection`."""

    def __init__(self, settings: RealtimeSettings, driver: Driver, **options: Any) -> None:
        super().__init__(**options)
        self.driver = driver
        self.max_queue_bytes = settings.max_send_queue_bytes
        self.signed_in_limit = Limit(settings.max_frames_per_second, settings.max_bytes_per_second)
        self.unsigned: set[Connection] = set()
        """Long-polling connections that have not signed in yet."""
        self.ping_timer = Timer(driver, settings.ping_interval)
        self.pong_timer = Timer(driver, settings.ping_timeout)
        self.sign_in_timer = Timer(driver, settings.connect_seconds)

    def _handle_connect(
        self,
        environ: dict[str, Any],
        start_response: Any,
        transport: str,
        jsonp_index: int | None = None,
    ) -> Any:
        if transport == "polling" and len(self.unsigned) >= MAX_UNSIGNED_POLLING:
            return dict(BUSY)
        sid = self.generate_id()
        connection = self.sockets[sid] = Connection(self, sid)
        if transport == "polling":
            self.unsigned.add(connection)
        connection.send(packet.Packet(packet.OPEN, self._greeting(sid, transport)))
        self._trigger_event("connect", sid, environ, run_async=False)
        connection.schedule_ping()
        self.sign_in_timer.add(connection.abort_unless_accepted)
        if transport == "websocket":
            answer = connection.handle_get_request(environ, start_response)
            connection.close(wait=False, abort=True, reason=self.reason.TRANSPORT_CLOSE)
            return answer
        connection.connected = True
        return self._ok(connection.poll(), jsonp_index=jsonp_index)

    def _greeting(self, sid: str, transport: str) -> dict[str, Any]:
        return {
            "sid": sid,
            "upgrades": self._upgrades(sid, transport),
            "pingTimeout": int(self.ping_timeout * 1000),
            "pingInterval": int(self.ping_interval * 1000),
            "maxPayload": self.max_http_buffer_size,
        }


class Server(socketio.Server):  # type: ignore[misc]
    """A Socket.IO server that accepts text packets only and keeps little of each connection's
    environment.
    """

    eio: Engine

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.answered_later: dict[str, LateHandler] = {}
        """By event: handlers that send the ack themselves, so that the socket's next event need
        not wait for it.
        """

    def connection_of(self, sid: str) -> Connection | None:
        """The connection behind a Socket.IO session id."""
        connection = self.eio.sockets.get(self.manager.eio_sid_from_sid(sid, "/"))
        return connection if isinstance(connection, Connection) else None

    def _engineio_server_class(self) -> type[Engine]:
        return Engine

    def _handle_eio_connect(self, eio_sid: str, environ: dict[str, Any]) -> None:
        super()._handle_eio_connect(
            eio_sid, {key: environ[key] for key in KEPT_OF_ENVIRON if key in environ}
        )

    def _handle_event(
        self, eio_sid: str, namespace: str | None, id: int | None, data: list[Any]
    ) -> None:
        handle = self.answered_later.get(data[0])
        if handle is None or namespace not in (None, "/"):
            super()._handle_event(eio_sid, namespace, id, data)
        elif (connection := self.eio.sockets.get(eio_sid)) is not None:
            handle(connection, id, data[1:])

    def _handle_eio_message(self, eio_sid: str, data: Any) -> None:
        """Close the connection after an invalid packet; the library would log a traceback."""
        try:
            if not data:
                raise BadPacket("empty")
            super()._handle_eio_message(eio_sid, data)
        except BadPacket:
            metrics.BAD_PACKETS.inc()
            connection = self.eio.sockets.get(eio_sid)
            if connection is not None:
                connection.abort()


class BadPacket(ValueError):
    """A Socket.IO packet that no client of Parley has reason to send."""


class PlainPacket(socketio.packet.Packet):  # type: ignore[misc]
    """A Socket.IO packet without attachments: Parley does not use them, and an attacker could let
    them pile up.
    """

    uses_binary_events = False

    def decode(self, encoded_packet: Any) -> int:
        if not isinstance(encoded_packet, str):
            raise BadPacket("not text")
        try:
            super().decode(encoded_packet)
        except (ValueError, RecursionError) as error:
            raise BadPacket(str(error)) from error
        if not self._is_sound():
            raise BadPacket("not what this type of packet holds")
        return 0

    def _is_sound(self) -> bool:
        if self.packet_type == socketio.packet.EVENT:
            return isinstance(self.data, list) and bool(self.data) and _is_event_name(self.data[0])
        if self.packet_type == socketio.packet.ACK:
            return isinstance(self.data, list) and self.id is not None
        return self.packet_type in (socketio.packet.CONNECT, socketio.packet.DISCONNECT)


def _is_event_name(name: Any) -> bool:
    """The library would run its own handlers for an event named `disconnect`."""
    return isinstance(name, str) and name not in RESERVED_EVENTS


class Manager(socketio.Manager):  # type: ignore[misc]
    """Tracks connections. Rooms are in `fanout`, so a disconnect need not search all of them."""

    def basic_disconnect(self, sid: str, namespace: str, **kwargs: Any) -> None:
        for room in (None, sid):
            self.basic_leave_room(sid, namespace, room)
        self.callbacks.pop(sid, None)
        for waiting in (self.pending_connect, self.pending_disconnect):
            if sid in waiting.get(namespace, ()):
                waiting[namespace].remove(sid)


class Json:
    """orjson with the interface that python-socketio expects."""

    @staticmethod
    def dumps(value: Any, **_: Any) -> str:
        return orjson.dumps(value).decode()

    @staticmethod
    def loads(text: str, **_: Any) -> Any:
        return orjson.loads(text)

    JSONDecodeError = json.JSONDecodeError


def install_engine(app: Flask, settings: RealtimeSettings, driver: Driver, origins: Any) -> Server:
    """A Socket.IO server at `/socket.io` of `app`."""
    server = Server(
        settings=settings,
        driver=driver,
        async_mode=settings.async_driver,
        client_manager=Manager(),
        serializer=PlainPacket,
        json=Json,
        cors_allowed_origins=origins,
        ping_interval=settings.ping_interval,
        ping_timeout=settings.ping_timeout,
        max_http_buffer_size=settings.max_frame_bytes,
        async_handlers=False,
        monitor_clients=False,
        logger=_quiet("socketio.server"),
        engineio_logger=_quiet("engineio.server"),
    )
    app.wsgi_app = _routed(server, app.wsgi_app)  # type: ignore[method-assign]
    return server


def _routed(server: Server, others: Callable[..., Any]) -> Callable[..., Any]:
    """As python-socketio's WSGIApp, which makes a class for each request."""

    def call(environ: dict[str, Any], start_response: Any) -> Any:
        is_ours = environ["PATH_INFO"].startswith(SOCKET_PATH)
        return (server.handle_request if is_ours else others)(environ, start_response)

    return call


def _quiet(name: str) -> logging.Logger:
    """The library's logger: below level ERROR it logs tokens and messages."""
    logger = logging.getLogger(name)
    logger.setLevel(logging.ERROR)
    return logger
