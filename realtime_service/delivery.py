"""From Redis to rooms: reads what arrived, drops who left, hands the rest to `fanout`, and notices
what is missing.
"""

import logging
import time
from collections import deque
from collections.abc import Callable
from typing import Any

import orjson
from cachetools import TTLCache

from realtime_service import metrics
from realtime_service.fanout import Room, Rooms
from realtime_service.frames import Outgoing
from realtime_service.subscribe import Message, Subscription
from realtime_service.tabs import Tab, Tabs, conversation_id_of, conversation_room, user_room
from realtime_service.worker import Driver

LARGEST_EVENT = 262_144
BEHIND_SECONDS = 2.5
"""An event this late is a lost one."""
BEHIND_FORGOTTEN = 60
MOVE_FORGOTTEN = 60
SUBSCRIBE_SECONDS = 2.0
Handler = Callable[[dict[str, Any]], None]
log = logging.getLogger(__name__)


class Poison(ValueError):
    """A message that is not what its topic carries."""


class Delivery:
    """What to do with each message from Redis."""

    def __init__(self, driver: Driver, tabs: Tabs) -> None:
        self._driver = driver
        self._tabs = tabs
        self._behind: TTLCache[str, tuple[int, float]] = TTLCache(10_000, BEHIND_FORGOTTEN)
        self._delayed: dict[int, deque[tuple[bytes, str | None]]] = {}
        self._moved: TTLCache[tuple[int, int], float] = TTLCache(100_000, MOVE_FORGOTTEN)
        self.subscription: Subscription
        self.rooms: Rooms
        self.handlers: dict[str, Handler] = {
            "heads": self._compare_heads,
            "users": self._tell_of_user,
        }
        """By topic: what gets the decoded message."""
        self.watchers: list[Callable[[dict[str, Any]], None]] = []
        """Told of every event of a conversation."""
        self.on_moved: Callable[[int], None] = lambda user_id: None
        """Told when a person's sockets entered or left a conversation."""
        self.on_missed: Callable[[Room], None] = lambda room: None
        """Told of a room that has missed an event."""
        self.on_profile: Callable[[dict[str, Any]], None] = lambda profile: None
        """Told of every profile that is new or has changed."""

    def take(self, messages: list[Message]) -> None:
        """All that arrived at once, in order. One bad message costs nothing but itself."""
        batch: dict[Room, list[Outgoing]] = {}
        for topic, payload in messages:
            try:
                self._take_one(topic, payload, batch)
            except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
                metrics.POISON.labels(topic.partition(":")[0]).inc()
                log.error(
                    "unreadable message (%d bytes) on %s: %s",
                    len(payload),
                    topic[:100],
                    str(error)[:200],
                )
            except Exception:
                log.exception("a message on %s was not handled", topic[:100])
        self._flush(batch)

    def enter(
        self, tab: Tab, conversation_id: int, last_seq: int, epoch: str | None
    ) -> Room | None:
        """Let `tab` hear a conversation whose log has reached `last_seq`."""
        room = self.rooms.join(conversation_room(conversation_id), tab.link)
        if room is not None and (room.seq < last_seq or room.epoch != epoch):
            room.seq, room.epoch = last_seq, epoch
        return room

    def _take_one(self, topic: str, payload: bytes, batch: dict[Room, list[Outgoing]]) -> None:
        if len(payload) > LARGEST_EVENT:
            raise Poison("too large")
        kind, _, number = topic.partition(":")
        if kind == "conversation":
            self._take_event(topic, payload, batch)
        elif kind == "user":
            self._take_notice(int(number), payload)
        elif kind in self.handlers:
            self.handlers[kind](orjson.loads(payload))

    def _take_event(self, topic: str, payload: bytes, batch: dict[Room, list[Outgoing]]) -> None:
        event = _checked_event(topic, orjson.loads(payload))
        for watch in self.watchers:
            watch(event)
        room = self.rooms.get(topic)
        if room is None:
            return
        if event["type"] == "member.left":
            self._flush({room: batch.pop(room, [])})
            self._move(int(event["data"]["user_id"]), event["conversation_id"], is_member=False)
        if event["epoch"] != room.epoch:
            room.seq, room.epoch = event["seq"], event["epoch"]
        else:
            room.seq = max(room.seq, event["seq"])
        batch.setdefault(room, []).append(Outgoing("event", payload))

    def _flush(self, batch: dict[Room, list[Outgoing]]) -> None:
        for room, events in batch.items():
            if events:
                sockets = room.send(events)
                metrics.EVENTS.labels("event").inc(len(events))
                metrics.DELIVERIES.inc(len(events) * sockets)

    def has_moved(self, user_id: int, conversation_id: int, since: float) -> bool:
        """Whether the person came or went after `since` (monotonic): older answers do not count."""
        return self._moved.get((user_id, conversation_id), 0.0) >= since

    def _move(self, user_id: int, conversation_id: int, *, is_member: bool) -> None:
        """The person's sockets enter or leave, at once."""
        self._moved[user_id, conversation_id] = time.monotonic()
        name = conversation_room(conversation_id)
        for tab in self._tabs.of_user(user_id):
            tab.left.discard(conversation_id)
            if is_member:
                self.rooms.join(name, tab.link)
            else:
                self.rooms.leave(name, tab.link)
        self.on_moved(user_id)

    def _take_notice(self, user_id: int, payload: bytes) -> None:
        notice = orjson.loads(payload)
        kind, data = notice["type"], notice["data"]
        if not isinstance(kind, str) or not isinstance(data, dict):
            raise Poison("not a notice")
        topic = None
        if kind in ("conversation.added", "conversation.removed"):
            conversation_id = int(data["conversation_id"])
            self._move(user_id, conversation_id, is_member=kind == "conversation.added")
            topic = conversation_room(conversation_id)
        self._send_in_turn(user_id, payload, topic)

    def _send_in_turn(self, user_id: int, payload: bytes, topic: str | None) -> None:
        """Send the notice once Redis has confirmed `topic`, if that is a new one here: the client
        then reads the log, and nothing is between. The person's other notices keep their order.
        """
        waiting = self._delayed.get(user_id)
        if waiting is not None:
            waiting.append((payload, topic))
        elif self._is_heard(topic):
            self._send_notice(user_id, payload)
        else:
            self._delayed[user_id] = deque([(payload, topic)])
            self._driver.spawn(self._send_delayed, user_id)

    def _is_heard(self, topic: str | None) -> bool:
        return topic is None or self.rooms.get(topic) is None or self.subscription.hears(topic)

    def _send_delayed(self, user_id: int) -> None:
        waiting = self._delayed[user_id]
        try:
            while waiting:
                payload, topic = waiting[0]
                if topic is not None and not self._is_heard(topic):
                    self.subscription.wait_for([topic], SUBSCRIBE_SECONDS)
                self._send_notice(user_id, payload)
                waiting.popleft()
        finally:
            del self._delayed[user_id]

    def _send_notice(self, user_id: int, payload: bytes) -> None:
        room = self.rooms.get(user_room(user_id))
        if room is not None:
            metrics.EVENTS.labels("notice").inc()
            room.send([Outgoing("notice", payload)])

    def _compare_heads(self, heads: dict[str, int]) -> None:
        """A room that stays behind the log has missed a publish: its sockets are told to ask."""
        now = time.monotonic()
        for number, head in heads.items():
            name = conversation_room(int(number))
            room = self.rooms.get(name)
            if room is None or room.seq >= head:
                continue
            missed, since = self._behind.get(name, (0, now))
            if missed <= room.seq:  # the one that was missing has come; this is another
                missed, since = room.seq + 1, now
            self._behind[name] = missed, since
            if now - since >= BEHIND_SECONDS:
                room.seq = head
                self.on_missed(room)

    def _tell_of_user(self, entry: dict[str, Any]) -> None:
        """A changed profile concerns everybody who may see it; the address is nobody else's."""
        if entry["type"] not in ("user.created", "user.updated"):
            return
        self.on_profile(entry["data"])
        if entry["type"] == "user.created":
            return
        profile = {key: value for key, value in entry["data"].items() if key != "email"}
        event = Outgoing.of("notice", {"type": "user.updated", "data": profile})
        for tab in self._tabs:
            tab.link.send_event(event)


def _checked_event(topic: str, event: Any) -> dict[str, Any]:
    is_event = (
        isinstance(event, dict)
        and type(event["seq"]) is int
        and event["seq"] > 0
        and event["conversation_id"] == conversation_id_of(topic)
        and isinstance(event["type"], str)
        and isinstance(event["epoch"], str)
        and isinstance(event["data"], dict)
    )
    if not is_event:
        raise Poison("not an event of this conversation")
    return event  # type: ignore[no-any-return]
