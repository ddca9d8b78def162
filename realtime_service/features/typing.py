"""Who is typing: passed on to the others in the conversation and forgotten."""

import time
from typing import Any

import orjson
from cachetools import TTLCache

from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.redis_messages import Live
from realtime_service.sessions import Session, Sessions
from realtime_service.subscribe import Subscription
from realtime_service.topics import conversation_topic
from realtime_service.transport.frames import Outgoing

PAUSE_SECONDS = 1.0
"""A sign that comes sooner after the last one of the same person and conversation is dropped."""


class TypingIndicators:
    """Between local sockets and the topic `live`."""

    def __init__(self, sessions: Sessions, channels: Channels, subscription: Subscription) -> None:
        self._sessions = sessions
        self._channels = channels
        self._subscription = subscription
        self._recent: TTLCache[tuple[int, int], bool] = TTLCache(
            100_000, PAUSE_SECONDS, timer=time.monotonic
        )

    def install(self, delivery: Delivery) -> None:
        """Receive the signs of all processes."""
        delivery.on_live.append(self._spread)

    def report(self, session: Session, conversation_id: Any) -> None:
        """The client says that its person types; it must be a member, and not say so all
        the time.
        """
        channel = (
            self._channels.get(conversation_topic(conversation_id))
            if type(conversation_id) is int
            else None
        )
        sign = (session.user_id, conversation_id)
        if channel is None or channel not in session.connection.channels or sign in self._recent:
            return
        self._recent[sign] = True
        data = {"conversation_id": conversation_id, "user_id": session.user_id}
        self._subscription.publish_soon("live", orjson.dumps({"typing": data}))

    def _spread(self, live: Live) -> None:
        """Send a sign of typing to the others in the conversation."""
        sign = live.typing
        channel = self._channels.get(conversation_topic(sign.conversation_id)) if sign else None
        if sign is None or channel is None:
            return
        event = Outgoing.of("typing", sign.model_dump())
        for connection in channel:
            session = self._sessions.of_connection(connection)
            if session is None or session.user_id != sign.user_id:
                connection.send_event(event)
