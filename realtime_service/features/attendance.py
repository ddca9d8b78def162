"""Attending a room, as in the rooms demo: the others there are told who enters and who leaves."""

import time
from typing import Any

import orjson

from realtime_service.clients import MessagesService, Place
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.features.nicknames import Nicknames
from realtime_service.redis_messages import Event, Live
from realtime_service.sessions import Session, Sessions
from realtime_service.subscribe import Subscription
from realtime_service.topics import conversation_topic
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.worker import Driver
from servicekit.web.errors import Invalid, NotFound, Unavailable

LONGEST_ROOM_NAME = 200
MOST_ATTENDED = 100
MOST_ASKED = 3
ENTERED, LEFT = "{} has entered the room.", "{} has left the room."


class Attendance:
    """Between local sockets, messages_service and the topic `live`. `take_…` may raise Problem."""

    def __init__(
        self,
        driver: Driver,
        sessions: Sessions,
        channels: Channels,
        delivery: Delivery,
        subscription: Subscription,
        messages: MessagesService,
        nicknames: Nicknames,
    ) -> None:
        self._driver = driver
        self._sessions = sessions
        self._channels = channels
        self._delivery = delivery
        self._subscription = subscription
        self._messages = messages
        self._nicknames = nicknames

    def install(self, delivery: Delivery) -> None:
        """Receive what the processes say of attendance, and every event."""
        delivery.on_live.append(self._spread)
        delivery.on_event.append(self._watch)

    def handle_join(self, session: Session, data: Any) -> dict[str, Any]:
        """The client attends a room; the answer is its ack."""
        place = self._settled_place(_room_of(data), session.user_id)
        if not session.connection.is_open:
            raise NotFound("The connection is gone.")
        if place.id not in session.attending:
            if len(session.attending) >= MOST_ATTENDED:
                raise Invalid.field("room", f"one connection attends at most {MOST_ATTENDED} rooms")
            self._enter(session, place)
        return {"ok": True, "conversation_id": place.id, "room": place.name}

    def _settled_place(self, room: str, user_id: int) -> Place:
        """The room, by an answer that is not older than the person's last coming or going there."""
        for _ in range(MOST_ASKED):
            asked = time.monotonic()
            place = self._messages.resolve(room, user_id)
            if not self._delivery.has_moved(user_id, place.id, asked):
                return place
        raise Unavailable("Your membership is changing at the moment; try again.")

    def handle_leave(self, session: Session, data: Any) -> dict[str, Any]:
        """The client leaves a room: this connection hears nothing more of it until it
        joins again.
        """
        room = _room_of(data)
        for id, name in session.attending.items():
            if room in (str(id), name):
                place = Place(id, name)
                break
        else:
            raise NotFound("You are not attending this room.")
        self._channels.leave(conversation_topic(place.id), session.connection)
        session.left.add(place.id)
        self._leave(session, place)
        return {"ok": True, "conversation_id": place.id, "room": place.name}

    def end(self, session: Session, conversation_id: int | None = None) -> None:
        """The connection is gone, or no longer a member of the one conversation."""
        for id, name in tuple(session.attending.items()):
            if conversation_id in (None, id):
                self._leave(session, Place(id, name))

    def _watch(self, event: Event) -> None:
        """Removed members no longer attend."""
        if event.type == "member.left":
            for session in self._sessions.of_user(event.data["user_id"]):
                self._driver.spawn(self.end, session, event.conversation_id)

    def _spread(self, live: Live) -> None:
        """Send the status to those who attend the room here."""
        status = live.status
        channel = self._channels.get(_attended(status.conversation_id)) if status else None
        if status is None or channel is None:
            return
        event = Outgoing.of("status", status.model_dump(include={"msg", "user", "room"}))
        for connection in channel:
            if connection.sid != status.socket:
                connection.send_event(event)

    def _enter(self, session: Session, place: Place) -> None:
        topic = conversation_topic(place.id)
        self._channels.join(topic, session.connection)
        self._channels.join(_attended(place.id), session.connection)
        session.left.discard(place.id)
        session.attending[place.id] = place.name
        self._delivery.open_channel(session.user_id, place.id)
        self._announce(session, place, ENTERED)

    def _leave(self, session: Session, place: Place) -> None:
        session.attending.pop(place.id, None)
        self._channels.leave(_attended(place.id), session.connection)
        self._announce(session, place, LEFT)

    def _announce(self, session: Session, place: Place, words: str) -> None:
        nickname = self._nicknames.of(session.user_id)
        status = {
            "conversation_id": place.id,
            "msg": words.format(nickname),
            "user": nickname,
            "room": place.name,
            "socket": session.connection.sid,
        }
        self._subscription.publish_soon("live", orjson.dumps({"status": status}))


def _attended(conversation_id: int) -> str:
    return f"attending:{conversation_id}"


def _room_of(data: Any) -> str:
    room = data.get("room") if isinstance(data, dict) else None
    if type(room) is int:
        return str(room)
    if isinstance(room, str) and 0 < len(room) <= LONGEST_ROOM_NAME:
        return room
    raise Invalid.field("room", "must be the name or the id of a conversation")
