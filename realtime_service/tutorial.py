"""Tutorial mode: a direct message is also an event named after its recipient, with a JSON string,
to every socket.
"""

import orjson

from realtime_service.arrivals import Event
from realtime_service.fanout import Rooms
from realtime_service.frames import Outgoing
from realtime_service.sockets import EVERYONE

RESERVED = frozenset(
    {"connect", "connect_error", "disconnect", "event", "notice", "resync", "status"}
)


class TutorialEvents:
    """Watches the events of all conversations."""

    def __init__(self, rooms: Rooms) -> None:
        self._rooms = rooms

    def watch(self, event: Event) -> None:
        recipient = event.data.get("recipient")
        room = self._rooms.get(EVERYONE)
        if event.type == "message.created" and recipient and room is not None:
            nickname = str(recipient["nickname"])
            if nickname not in RESERVED:
                room.send([Outgoing.of(nickname, orjson.dumps(event.data).decode())])
