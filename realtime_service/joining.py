"""Puts sessions into the rooms of their conversations: at connect, and again after a loss."""

import logging
import random
import time

from realtime_service import metrics
from realtime_service.clients import Conversations
from realtime_service.delivery import SUBSCRIBE_SECONDS, Delivery
from realtime_service.fanout import Channel, Channels
from realtime_service.features.attendance import Attendance
from realtime_service.features.presence import Presence
from realtime_service.memberships import Memberships
from realtime_service.sessions import Session, Sessions
from realtime_service.subscribe import Subscription
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.worker import Driver
from servicekit.topics import conversation_topic, user_topic
from servicekit.web.errors import Problem

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 5.0
SESSIONS_AT_ONCE, SESSIONS_PAUSE = 200, 0.1
log = logging.getLogger(__name__)


class Joining:
    """`join` and `rejoin…` wait for Redis and messages_service; a session that closes meanwhile is
    left alone.
    """

    def __init__(
        self,
        driver: Driver,
        sessions: Sessions,
        channels: Channels,
        subscription: Subscription,
        memberships: Memberships,
        delivery: Delivery,
        presence: Presence,
        attendance: Attendance,
    ) -> None:
        self._driver = driver
        self._sessions = sessions
        self._channels = channels
        self._subscription = subscription
        self._memberships = memberships
        self._delivery = delivery
        self._presence = presence
        self._attendance = attendance

    def join(self, session: Session) -> None:
        """Put a new session into its rooms, then send it `ready`."""
        conversations = self._join_with_retry(session)
        if conversations is not None:
            ready = self._ready(conversations)
            session.connection.send_events([ready, *self._presence.welcome(session)])
            session.is_ready.set()

    def leave_all(self) -> None:
        """Stop sending events while Redis is away: removals of members would be missed. Memberships
        are fetched again afterwards.
        """
        for session in self._sessions:
            for id in session.conversations:
                self._channels.leave(conversation_topic(id), session.connection)

    def rejoin_all(self, reason: str) -> None:
        """Put every session into its rooms again after a loss of Redis, then send `resync`."""
        self.leave_all()
        self._driver.spawn(self._rejoin_in_batches, list(self._sessions), reason)

    def rejoin_channel(self, channel: Channel) -> None:
        """The same for a channel that missed an event: it may have been the removal of a member."""
        sessions = [s for c in channel if (s := self._sessions.of_connection(c)) is not None]
        self._driver.spawn(self._rejoin_in_batches, sessions, "missed")

    def _rejoin_in_batches(self, sessions: list[Session], reason: str) -> None:
        """In batches, to spread the calls to messages_service."""
        metrics.RESYNCS.labels(reason).inc()
        for start in range(0, len(sessions), SESSIONS_AT_ONCE):
            if start:
                time.sleep(SESSIONS_PAUSE)
            for session in sessions[start : start + SESSIONS_AT_ONCE]:
                self._driver.spawn(self._rejoin, session, reason)

    def _rejoin(self, session: Session, reason: str) -> None:
        conversations = self._join_with_retry(session)
        if conversations is not None:
            self._delivery.follow(conversations)
            session.connection.send_event(Outgoing.of("resync", {"reason": reason}))
            self._presence.refresh(session.user_id)

    def _join_with_retry(self, session: Session) -> Conversations | None:
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
