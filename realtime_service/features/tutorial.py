"""Tutorial mode: a direct message is also an event named after its recipient, with a JSON string,
to every socket.
"""

import orjson

from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.redis_messages import MESSAGE_CREATED, Event
from realtime_service.transport.frames import Outgoing

EVERYONE = "everyone"
"""The channel of every socket in tutorial mode."""
RESERVED = frozenset(
    {"connect", "connect_error", "disconnect", "event", "notice", "resync", "status"}
)


class TutorialEvents:
    """Watches the events of all conversations."""

    def __init__(self, channels: Channels) -> None:
        self._channels = channels

    def install(self, delivery: Delivery) -> None:
        """Receive every event."""
        delivery.on_event.append(self._watch)

    def _watch(self, event: Event) -> None:
        recipient = event.data.get("recipient")
        channel = self._channels.get(EVERYONE)
        if event.type == MESSAGE_CREATED and recipient and channel is not None:
            nickname = str(recipient["nickname"])
            if nickname not in RESERVED:
                channel.send([Outgoing.of(nickname, orjson.dumps(event.data).decode())])
