"""Typing indicators: sent to the others in the conversation, never stored."""

import time
from typing import Any

import orjson
from cachetools import TTLCache

from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.publish import Publisher
from realtime_service.redis_messages import Live
from realtime_service.sessions import Session, Sessions
from realtime_service.transport.frames import Outgoing
from servicekit.topics import LIVE, conversation_topic

PAUSE_SECONDS = 1.0
MAX_ID = 2**53 - 1
"""Indicators of the same person and conversation are dropped within this time."""


class TypingIndicators:
    """Connects local sockets and the topic `live`."""

    def __init__(self, sessions: Sessions, channels: Channels, publisher: Publisher) -> None:
        self._sessions = sessions
        self._channels = channels
        self._publisher = publisher
        self._recent: TTLCache[tuple[int, int, int | None], bool] = TTLCache(
            100_000, PAUSE_SECONDS, timer=time.monotonic
        )

    def install(self, delivery: Delivery) -> None:
        """Receive the indicators of all processes."""
        delivery.on_live.append(self._spread)

    def report(self, session: Session, conversation_id: Any, thread_id: Any = None) -> None:
        """Publish that the person is typing, if they are a member and it was not just published."""
        channel = (
            self._channels.get(conversation_topic(conversation_id))
            if type(conversation_id) is int
            else None
        )
        thread = thread_id if type(thread_id) is int and 0 < thread_id <= MAX_ID else None
        indicator = (session.user_id, conversation_id, thread)
        if (
            channel is None
            or channel not in session.connection.channels
            or indicator in self._recent
        ):
            return
        self._recent[indicator] = True
        data = {"conversation_id": conversation_id, "user_id": session.user_id, "thread_id": thread}
        self._publisher.publish_soon(LIVE, orjson.dumps({"typing": data}))

    def _spread(self, live: Live) -> None:
        """Send an indicator to the others in the conversation."""
        indicator = live.typing
        channel = (
            self._channels.get(conversation_topic(indicator.conversation_id)) if indicator else None
        )
        if indicator is None or channel is None:
            return
        event = Outgoing.of("typing", indicator.model_dump(exclude_none=True))
        for connection in channel:
            session = self._sessions.of_connection(connection)
            if session is None or session.user_id != indicator.user_id:
                connection.send_event(event)
