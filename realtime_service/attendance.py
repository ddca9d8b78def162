"""Attending a room, as in the rooms demo: the others there are told who enters and who leaves."""

import time
from typing import Any

import orjson

from realtime_service.arrivals import Event, Live
from realtime_service.clients import MessagesService, Place
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.frames import Outgoing
from realtime_service.names import Names
from realtime_service.subscribe import Subscription
from realtime_service.tabs import Tab, Tabs, conversation_topic
from realtime_service.worker import Driver
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
        tabs: Tabs,
        channels: Channels,
        delivery: Delivery,
        subscription: Subscription,
        messages: MessagesService,
        names: Names,
    ) -> None:
        self._driver = driver
        self._tabs = tabs
        self._channels = channels
        self._delivery = delivery
        self._subscription = subscription
        self._messages = messages
        self._names = names

    def install(self, delivery: Delivery) -> None:
        """Receive what the processes say of attendance, and every event."""
        delivery.on_live.append(self._spread)
        delivery.on_event.append(self._watch)

    def take_join(self, tab: Tab, data: Any) -> dict[str, Any]:
        """The client attends a room; the answer is its ack."""
        place = self._settled_place(_room_of(data), tab.user_id)
        if not tab.link.is_open:
            raise NotFound("The connection is gone.")
        if place.id not in tab.attending:
            if len(tab.attending) >= MOST_ATTENDED:
                raise Invalid.field("room", f"one connection attends at most {MOST_ATTENDED} rooms")
            self._enter(tab, place)
        return {"ok": True, "conversation_id": place.id, "room": place.name}

    def _settled_place(self, room: str, user_id: int) -> Place:
        """The room, by an answer that is not older than the person's last coming or going there."""
        for _ in range(MOST_ASKED):
            asked = time.monotonic()
            place = self._messages.resolve(room, user_id)
            if not self._delivery.has_moved(user_id, place.id, asked):
                return place
        raise Unavailable("Your membership is changing at the moment; try again.")

    def take_leave(self, tab: Tab, data: Any) -> dict[str, Any]:
        """The client leaves a room: this connection hears nothing more of it until it
        joins again.
        """
        room = _room_of(data)
        for id, name in tab.attending.items():
            if room in (str(id), name):
                place = Place(id, name)
                break
        else:
            raise NotFound("You are not attending this room.")
        self._channels.leave(conversation_topic(place.id), tab.link)
        tab.left.add(place.id)
        self._leave(tab, place)
        return {"ok": True, "conversation_id": place.id, "room": place.name}

    def end(self, tab: Tab, conversation_id: int | None = None) -> None:
        """The connection is gone, or no longer a member of the one conversation."""
        for id, name in tuple(tab.attending.items()):
            if conversation_id in (None, id):
                self._leave(tab, Place(id, name))

    def _watch(self, event: Event) -> None:
        """Removed members no longer attend."""
        if event.type == "member.left":
            for tab in self._tabs.of_user(event.data["user_id"]):
                self._driver.spawn(self.end, tab, event.conversation_id)

    def _spread(self, live: Live) -> None:
        """Send the status to those who attend the room here."""
        status = live.status
        channel = self._channels.get(_attended(status.conversation_id)) if status else None
        if status is None or channel is None:
            return
        event = Outgoing.of("status", status.model_dump(include={"msg", "user", "room"}))
        for link in channel:
            if link.sid != status.socket:
                link.send_event(event)

    def _enter(self, tab: Tab, place: Place) -> None:
        topic = conversation_topic(place.id)
        self._channels.join(topic, tab.link)
        self._channels.join(_attended(place.id), tab.link)
        tab.left.discard(place.id)
        tab.attending[place.id] = place.name
        self._delivery.open_channel(tab.user_id, place.id)
        self._announce(tab, place, ENTERED)

    def _leave(self, tab: Tab, place: Place) -> None:
        tab.attending.pop(place.id, None)
        self._channels.leave(_attended(place.id), tab.link)
        self._announce(tab, place, LEFT)

    def _announce(self, tab: Tab, place: Place, words: str) -> None:
        nickname = self._names.of(tab.user_id)
        status = {
            "conversation_id": place.id,
            "msg": words.format(nickname),
            "user": nickname,
            "room": place.name,
            "socket": tab.link.sid,
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
