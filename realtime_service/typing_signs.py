"""Who is typing: passed on to the others in the conversation and forgotten."""

import time
from typing import Any

import orjson
from cachetools import TTLCache

from realtime_service.arrivals import Live
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.frames import Outgoing
from realtime_service.subscribe import Subscription
from realtime_service.tabs import Tab, conversation_topic

PAUSE_SECONDS = 1.0
"""A sign that comes sooner after the last one of the same person and conversation is dropped."""


class TypingSigns:
    """Between local sockets and the topic `live`."""

    def __init__(self, channels: Channels, subscription: Subscription) -> None:
        self._channels = channels
        self._subscription = subscription
        self._recent: TTLCache[tuple[int, int], bool] = TTLCache(
            100_000, PAUSE_SECONDS, timer=time.monotonic
        )

    def install(self, delivery: Delivery) -> None:
        """Receive the signs of all processes."""
        delivery.on_live.append(self._spread)

    def take(self, tab: Tab, conversation_id: Any) -> None:
        """The client says that its person types; it must be a member, and not say so all
        the time.
        """
        channel = (
            self._channels.get(conversation_topic(conversation_id))
            if type(conversation_id) is int
            else None
        )
        sign = (tab.user_id, conversation_id)
        if channel is None or channel not in tab.link.channels or sign in self._recent:
            return
        self._recent[sign] = True
        data = {"conversation_id": conversation_id, "user_id": tab.user_id}
        self._subscription.publish_soon("live", orjson.dumps({"typing": data}))

    def _spread(self, live: Live) -> None:
        """Send a sign of typing to the others in the conversation."""
        sign = live.typing
        channel = self._channels.get(conversation_topic(sign.conversation_id)) if sign else None
        if sign is None or channel is None:
            return
        event = Outgoing.of("typing", sign.model_dump())
        for link in channel:
            if link.owner is None or link.owner.user_id != sign.user_id:
                link.send_event(event)
