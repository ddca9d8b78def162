"""Open, authorise, join, leave, close: the life of a client's socket."""

import logging
import random
import time
from collections.abc import Mapping
from typing import Any

import orjson
from engineio.packet import MESSAGE, Packet
from socketio.exceptions import ConnectionRefusedError as Refused

from realtime_service import metrics
from realtime_service.authentication import Authenticator
from realtime_service.clients import Conversations
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channel, Channels
from realtime_service.features.acks import refusal, send_ack
from realtime_service.features.attendance import Attendance
from realtime_service.features.event_queue import EventQueue, Handle
from realtime_service.features.presence import Presence
from realtime_service.features.sending import MessageSender
from realtime_service.features.tutorial import EVERYONE
from realtime_service.features.typing import TypingIndicators
from realtime_service.memberships import Memberships
from realtime_service.sessions import Session, Sessions
from realtime_service.settings import RealtimeSettings
from realtime_service.shapes import Ack
from realtime_service.subscribe import Subscription
from realtime_service.transport.connection import Connection
from realtime_service.transport.engine import Server
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.worker import Driver
from servicekit.identity.verify import Identity
from servicekit.rates import RateLimiter
from servicekit.topics import conversation_topic, user_topic
from servicekit.web.errors import Problem, TooMany, Unauthorized

SUBSCRIBE_SECONDS = 2.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
SESSIONS_AT_ONCE, SESSIONS_PAUSE = 200, 0.1
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
        delivery: Delivery,
        subscription: Subscription,
        memberships: Memberships,
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
        self._delivery = delivery
        self._subscription = subscription
        self._memberships = memberships
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

    def leave_conversations(self) -> None:
        """Stop sending events while Redis is away: removals of members would be missed. Memberships
        are fetched again afterwards.
        """
        for session in self._sessions:
            for id in session.conversations:
                self._channels.leave(conversation_topic(id), session.connection)

    def rejoin(self, reason: str) -> None:
        """Put every session into its rooms again after a loss of Redis, then send `resync`."""
        self.leave_conversations()
        self._driver.spawn(self._rejoin_in_batches, list(self._sessions), reason)

    def rejoin_channel(self, channel: Channel) -> None:
        """The same for a channel that missed an event: it may have been the removal of a member."""
        sessions = [s for c in channel if (s := self._sessions.of_connection(c)) is not None]
        self._driver.spawn(self._rejoin_in_batches, sessions, "missed")

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
        self._driver.spawn(self._enter, session)

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

    def _enter(self, session: Session) -> None:
        """Put a new session into its rooms, then send it `ready`."""
        conversations = self._join_rooms_with_retry(session)
        if conversations is not None:
            ready = self._ready(conversations)
            session.connection.send_events([ready, *self._presence.welcome(session)])
            session.is_ready.set()

    def _rejoin_in_batches(self, sessions: list[Session], reason: str) -> None:
        """In batches, to spread the calls to messages_service."""
        metrics.RESYNCS.labels(reason).inc()
        for start in range(0, len(sessions), SESSIONS_AT_ONCE):
            if start:
                time.sleep(SESSIONS_PAUSE)
            for session in sessions[start : start + SESSIONS_AT_ONCE]:
                self._driver.spawn(self._rejoin_session, session, reason)

    def _rejoin_session(self, session: Session, reason: str) -> None:
        conversations = self._join_rooms_with_retry(session)
        if conversations is not None:
            self._delivery.follow(conversations)
            session.connection.send_event(Outgoing.of("resync", {"reason": reason}))
            self._presence.refresh(session.user_id)

    def _join_rooms_with_retry(self, session: Session) -> Conversations | None:
        """Retry while messages_service is away; None if the connection closes first."""
        pause = FIRST_PAUSE
        while session.connection.is_open:
            try:
                conversations = self._join_rooms(session)
            except Problem as problem:
                log.info(
                    "cannot fetch the rooms of user %s yet: %s", session.user_id, problem.detail
                )
                time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return conversations if session.connection.is_open else None
        return None

    def _join_rooms(self, session: Session) -> Conversations:
        """Subscribe before fetching memberships, so that no event is lost; raises Problem."""
        mine = user_topic(session.user_id)
        self._channels.join(mine, session.connection)
        self._subscription.wait_for([mine], SUBSCRIBE_SECONDS)
        conversations = self._fetch_and_join(session)
        new = [
            name
            for name in map(conversation_topic, conversations.last_seqs)
            if not self._subscription.is_confirmed(name)
        ]
        if self._subscription.wait_for(new, SUBSCRIBE_SECONDS) and new:
            conversations = self._fetch_and_join(session)
        return conversations

    def _fetch_and_join(self, session: Session) -> Conversations:
        """Put `session` into the rooms of exactly its conversations; raises Problem."""
        fetched_at = time.monotonic()
        conversations = self._memberships.fetch(session.user_id)
        for id, last_seq in conversations.last_seqs.items():
            if id not in session.left and not self._delivery.has_moved(
                session.user_id, id, fetched_at
            ):
                self._delivery.enter(session, id, last_seq, conversations.epoch)
        for id in session.conversations - conversations.last_seqs.keys():
            if not self._delivery.has_moved(session.user_id, id, fetched_at):
                self._channels.leave(conversation_topic(id), session.connection)
        for id in session.attending.keys() - conversations.last_seqs.keys():
            self._driver.spawn(self._attendance.end, session, id)
        return conversations

    def _ready(self, conversations: Conversations) -> Outgoing:
        """`ready`: later events are delivered, earlier ones, up to these seqs, are in the log."""
        last_seqs = self._delivery.follow(conversations)
        data = {
            "conversations": {str(id): seq for id, seq in last_seqs.items()},
            "epoch": conversations.epoch,
        }
        return Outgoing.of("notice", {"type": "ready", "data": data})

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
