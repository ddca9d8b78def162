"""Attending a room, as in the rooms demo: `status` announces who enters and who leaves."""

import time
from typing import Any

import orjson

from realtime_service.clients import MessagesService, Room
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.features.nicknames import Nicknames
from realtime_service.publish import Publisher
from realtime_service.redis_messages import MEMBER_LEFT, Event, Live
from realtime_service.sessions import Session, Sessions
from realtime_service.shapes import RoomAck
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.worker import Driver
from servicekit.topics import LIVE, conversation_topic
from servicekit.web.errors import Invalid, NotFound, Unavailable

LONGEST_ROOM_NAME = 200
MOST_ATTENDED = 100
MOST_ASKED = 3
ENTERED, LEFT = "{} has entered the room.", "{} has left the room."


class Attendance:
    """Connects sockets, messages_service and the topic `live`. `handle_…` may raise Problem."""

    def __init__(
        self,
        driver: Driver,
        sessions: Sessions,
        channels: Channels,
        delivery: Delivery,
        publisher: Publisher,
        messages: MessagesService,
        nicknames: Nicknames,
    ) -> None:
        self._driver = driver
        self._sessions = sessions
        self._channels = channels
        self._delivery = delivery
        self._publisher = publisher
        self._messages = messages
        self._nicknames = nicknames

    def install(self, delivery: Delivery) -> None:
        """Receive statuses from all processes, and every event."""
        delivery.on_live.append(self._spread)
        delivery.on_event.append(self._watch)

    def handle_join(self, session: Session, data: Any) -> RoomAck:
        """Attend a room; returns the ack."""
        room = self._resolve(_reference_of(data), session.user_id)
        if not session.connection.is_open:
            raise NotFound("The connection is gone.")
        if room.id not in session.attending:
            if len(session.attending) >= MOST_ATTENDED:
                raise Invalid.field("room", f"one connection attends at most {MOST_ATTENDED} rooms")
            self._enter(session, room)
        return {"ok": True, "conversation_id": room.id, "room": room.name}

    def _resolve(self, reference: str, user_id: int) -> Room:
        """The room, resolved again if the person's membership changed during the call."""
        for _ in range(MOST_ASKED):
            asked_at = time.monotonic()
            room = self._messages.resolve(reference, user_id)
            if not self._delivery.has_moved(user_id, room.id, asked_at):
                return room
        raise Unavailable("Your membership is changing at the moment; try again.")

    def handle_leave(self, session: Session, data: Any) -> RoomAck:
        """Leave a room: this connection receives nothing from it until it joins again."""
        reference = _reference_of(data)
        for id, name in session.attending.items():
            if reference in (str(id), name):
                room = Room(id, name)
                break
        else:
            raise NotFound("You are not attending this room.")
        self._channels.leave(conversation_topic(room.id), session.connection)
        session.left.add(room.id)
        self._leave(session, room)
        return {"ok": True, "conversation_id": room.id, "room": room.name}

    def end(self, session: Session, conversation_id: int | None = None) -> None:
        """Stop attending the conversation, or all of them when the connection is gone."""
        for id, name in tuple(session.attending.items()):
            if conversation_id in (None, id):
                self._leave(session, Room(id, name))

    def _watch(self, event: Event) -> None:
        """Stop the attendance of removed members."""
        if event.type == MEMBER_LEFT:
            for session in self._sessions.of_user(event.data["user_id"]):
                self._driver.spawn(self.end, session, event.conversation_id)

    def _spread(self, live: Live) -> None:
        """Send the status to the local connections that attend the room."""
        status = live.status
        channel = self._channels.get(_attended(status.conversation_id)) if status else None
        if status is None or channel is None:
            return
        event = Outgoing.of("status", status.model_dump(include={"msg", "user", "room"}))
        for connection in channel:
            if connection.sid != status.socket:
                connection.send_event(event)

    def _enter(self, session: Session, room: Room) -> None:
        topic = conversation_topic(room.id)
        self._channels.join(topic, session.connection)
        self._channels.join(_attended(room.id), session.connection)
        session.left.discard(room.id)
        session.attending[room.id] = room.name
        self._delivery.open_channel(session.user_id, room.id)
        self._announce(session, room, ENTERED)

    def _leave(self, session: Session, room: Room) -> None:
        session.attending.pop(room.id, None)
        self._channels.leave(_attended(room.id), session.connection)
        self._announce(session, room, LEFT)

    def _announce(self, session: Session, room: Room, template: str) -> None:
        nickname = self._nicknames.of(session.user_id)
        status = {
            "conversation_id": room.id,
            "msg": template.format(nickname),
            "user": nickname,
            "room": room.name,
            "socket": session.connection.sid,
        }
        self._publisher.publish_soon(LIVE, orjson.dumps({"status": status}))


def _attended(conversation_id: int) -> str:
    return f"attending:{conversation_id}"


def _reference_of(data: Any) -> str:
    room = data.get("room") if isinstance(data, dict) else None
    if type(room) is int:
        return str(room)
    if isinstance(room, str) and 0 < len(room) <= LONGEST_ROOM_NAME:
        return room
    raise Invalid.field("room", "must be the name or the id of a conversation")
