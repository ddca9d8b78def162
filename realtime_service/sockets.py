"""Open, authorise, answer, close: the life of a client's socket."""

import logging
from collections.abc import Mapping
from typing import Any

import orjson
from engineio.packet import MESSAGE, Packet
from socketio.exceptions import ConnectionRefusedError as Refused

from realtime_service import metrics
from realtime_service.authentication import Authenticator
from realtime_service.fanout import Channels
from realtime_service.features.acks import refusal, send_ack
from realtime_service.features.attendance import Attendance
from realtime_service.features.event_queue import EventQueue, Handle
from realtime_service.features.presence import Presence
from realtime_service.features.sending import MessageSender
from realtime_service.features.tutorial import EVERYONE
from realtime_service.features.typing import TypingIndicators
from realtime_service.joining import Joining
from realtime_service.sessions import Session, Sessions
from realtime_service.settings import RealtimeSettings
from realtime_service.shapes import Ack
from realtime_service.transport.connection import Connection
from realtime_service.transport.engine import Server
from realtime_service.transport.worker import Driver
from servicekit.identity.verify import Identity
from servicekit.rates import RateLimiter
from servicekit.web.errors import Problem, TooMany, Unauthorized

EVENTS_RATE = "200 per 10 second"
LONGEST_LOGGED = 200
ANONYMOUS = 0
"""The key under which anonymous clients of tutorial mode are counted."""
HTTP_UNAVAILABLE = 503
log = logging.getLogger(__name__)


class Sockets:
    """The handlers of all Socket.IO events; those in `queued` call other services. One socket's
    events are handled one after another.
    """

    def __init__(
        self,
        settings: RealtimeSettings,
        driver: Driver,
        server: Server,
        *,
        authenticator: Authenticator,
        sessions: Sessions,
        channels: Channels,
        joining: Joining,
        presence: Presence,
        typing: TypingIndicators,
        attendance: Attendance,
        sender: MessageSender,
        queued: Mapping[str, Handle],
    ) -> None:
        self._settings = settings
        self._driver = driver
        self._server = server
        self._authenticator = authenticator
        self._sessions = sessions
        self._channels = channels
        self._joining = joining
        self._presence = presence
        self._typing = typing
        self._attendance = attendance
        self._sender = sender
        self._queued = queued
        self._rate = RateLimiter(EVENTS_RATE)

    def install(self) -> None:
        """Register the handlers of all events."""
        on = self._server.on
        on("connect", self._connect)
        on("disconnect", self._disconnect)
        on("connect-ack", self._log_connect_ack)
        on("typing", self._handle_typing)
        on("presence", self._handle_presence)
        later = self._server.answered_later
        event_queue = EventQueue(self._driver, self._sessions, self._rate)
        later["text"] = self._handle_text
        for name, handle in self._queued.items():
            later[name] = event_queue.handler(handle)

    def close_login_session(self, sid: str) -> None:
        """End the sockets of a session that has ended."""
        self._close([session for session in self._sessions if session.identity.sid == sid])

    def close_user(self, user_id: int, issued_before: float | None = None) -> None:
        """End a person's sockets, or those whose token was issued by that moment (seconds since the
        epoch).
        """
        self._close(
            [
                session
                for session in self._sessions.of_user(user_id)
                if issued_before is None or session.identity.issued_at <= issued_before
            ]
        )

    def close_all(self) -> None:
        """Close every connection because this process stops. Clients reconnect, each after a random
        pause.
        """
        for connection in list(self._server.eio.sockets.values()):
            connection.close_for_restart()

    def _connect(self, sid: str, environ: dict[str, Any], auth: Any = None) -> None:
        connection = self._server.connection_of(sid)
        if connection is None:
            raise Refused("The connection is gone.")
        if self._settings.tutorial:
            self._channels.join(EVERYONE, connection)
            if not auth:
                connection.accept()
                return
        session = Session(sid, connection, self._authenticate(connection, auth, environ))
        self._sessions.add(session)
        if self._authenticator.has_revoked(session.identity):  # while its ticket was being used up
            self._driver.spawn(self._close, [session])
        self._driver.spawn(self._joining.join, session)

    def _authenticate(self, connection: Connection, auth: Any, environ: dict[str, Any]) -> Identity:
        try:
            identity = self._authenticator.authenticate(auth)
            if self._sessions.count_of(identity.user_id) >= self._settings.max_sockets_per_user:
                raise TooMany(
                    "You have too many connections open; close some.", 10, "too-many-sockets"
                )
        except Problem as problem:
            metrics.REFUSED.labels(problem.code).inc()
            log.info("socket refused: %s (%s)", problem.code, environ.get("REMOTE_ADDR"))
            if problem.status == HTTP_UNAVAILABLE:
                # Stock clients do not retry after a refusal, but do after a lost connection.
                connection.abort()
            raise Refused(
                problem.detail, {"code": problem.code, "status": problem.status}
            ) from problem
        return identity

    def _disconnect(self, sid: str, reason: str = "") -> None:
        session = self._sessions.remove(sid)
        if session is not None:
            if not session.connection.closing:
                # The client left the namespace alone: the connection is open, and in its channels.
                self._driver.spawn(session.connection.close, False)
            self._presence.handle_end(session)
            if session.attending:
                self._driver.spawn(self._attendance.end, session)

    def _log_connect_ack(self, sid: str, data: Any = None, *_: Any) -> None:
        session = self._sessions.get(sid)
        if self._rate.allows(session.user_id if session is not None else ANONYMOUS):
            text = orjson.dumps(data, default=str)[:LONGEST_LOGGED].decode(errors="replace")
            log.info("connect-ack %s", text)

    def _handle_typing(self, sid: str, data: Any = None, *_: Any) -> None:
        session = self._sessions.get(sid)
        if session is not None and isinstance(data, dict) and self._rate.allows(session.user_id):
            self._typing.report(session, data.get("conversation_id"), data.get("thread_id"))

    def _handle_presence(self, sid: str, data: Any = None, *_: Any) -> Ack | None:
        session = self._sessions.get(sid)
        if session is None or not isinstance(data, dict) or not self._rate.allows(session.user_id):
            return None
        if "user_ids" not in data:
            self._presence.set_status(session, data.get("status"))
            return None
        try:
            return {"ok": True, "statuses": self._presence.statuses_of(session, data["user_ids"])}
        except Problem as problem:
            return refusal(problem)

    def _handle_text(self, connection: Connection, ack_id: int | None, args: list[Any]) -> None:
        def answer(outcome: Ack) -> None:
            send_ack(connection, ack_id, outcome)

        session = self._sessions.of_connection(connection)
        if session is not None:
            self._sender.submit(session.identity, args[0] if args else None, answer)
        else:
            answer(refusal(Unauthorized()))

    def _close(self, sessions: list[Session]) -> None:
        """Close with a Socket.IO disconnect, after which stock clients do not reconnect."""
        for session in sessions:
            metrics.REVOKED.inc()
            session.connection.send(Packet(MESSAGE, "1"))
            session.connection.close(wait=False, reason=self._server.reason.SERVER_DISCONNECT)
