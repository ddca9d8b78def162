"""The latest events of conversations, kept for a few seconds while many clients come back at once,
so that thousands of them cost messages_service a few calls.
"""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import islice

import orjson
from cachetools import TTLCache

from realtime_service.clients import MessagesService
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channel, Channels
from realtime_service.redis_messages import MESSAGE_CREATED, Event
from realtime_service.shapes import SyncPage
from realtime_service.transport.worker import Driver
from servicekit.topics import conversation_topic
from servicekit.web.errors import Problem

KEPT_SECONDS = 10
MOST_CONVERSATIONS = 500
MOST_EVENTS = 100
CONVERSATIONS_AT_ONCE = 10
LONGEST_WAIT = 10.0
ATTEMPTS = 3
PAUSE_SECONDS = 0.5
UNCHANGING = frozenset({MESSAGE_CREATED, "reaction.added", "reaction.removed"})
"""Types that leave earlier events as they are; others may remove text from them."""
log = logging.getLogger(__name__)


@dataclass(eq=False, slots=True)
class Recent:
    """The events of a conversation after the seq `start`, as JSON, without holes."""

    epoch: str
    start: int
    events: list[bytes]
    pages: dict[int, bytes] = field(default_factory=dict)
    """By seq the events after it, as clients receive them."""

    @property
    def last_seq(self) -> int:
        return self.start + len(self.events)

    def append(self, event: bytes) -> None:
        self.events.append(event)
        self.pages.clear()

    def page_after(self, seq: int) -> bytes:
        page = self.pages.get(seq)
        if page is None:
            events = b",".join(self.events[seq - self.start :])
            page = b'{"events":[%s],"last_seq":%d,"more":false}' % (events, self.last_seq)
            self.pages[seq] = page
        return page


class RecentEvents:
    """Fetches latest events in batches; equal requests share a call."""

    def __init__(self, driver: Driver, channels: Channels, messages: MessagesService) -> None:
        self._driver = driver
        self._channels = channels
        self._messages = messages
        self._kept: TTLCache[int, Recent] = TTLCache(MOST_CONVERSATIONS, KEPT_SECONDS)
        self._waiting: dict[int, threading.Event] = {}
        self._is_fetching = False

    def install(self, delivery: Delivery) -> None:
        """Receive every event."""
        delivery.on_event.append(self._update)

    def page_after(self, conversation_id: int, seq: int) -> bytes | None:
        """All events after `seq`, as JSON of a page; None if they are not here."""
        channel = self._channels.get(conversation_topic(conversation_id))
        recent = self._current(conversation_id, channel)
        if recent is None or not recent.start <= seq <= recent.last_seq:
            return None
        return recent.page_after(seq)

    def load(self, conversation_ids: Iterable[int]) -> None:
        """Wait until the latest events of these conversations are here, if that is possible."""
        waits = []
        for id in conversation_ids:
            channel = self._channels.get(conversation_topic(id))
            if channel is not None and self._current(id, channel) is None:
                waits.append(self._waiting.setdefault(id, threading.Event()))
        if waits and not self._is_fetching:
            self._is_fetching = True
            self._driver.spawn(self._fetch_all)
        for wait in waits:
            wait.wait(LONGEST_WAIT)

    def _current(self, conversation_id: int, channel: Channel | None) -> Recent | None:
        """The kept events, if they reach as far as the channel and its promises to clients."""
        recent = self._kept.get(conversation_id)
        if recent is None or channel is None or recent.epoch != channel.epoch:
            return None
        return recent if recent.last_seq >= channel.head else None

    def _update(self, event: Event) -> None:
        recent = self._kept.get(event.conversation_id)
        if recent is None or (event.epoch == recent.epoch and event.seq <= recent.last_seq):
            return
        is_next = event.epoch == recent.epoch and event.seq == recent.last_seq + 1
        if is_next and event.type in UNCHANGING and len(recent.events) < 2 * MOST_EVENTS:
            recent.append(event.payload)
        else:
            del self._kept[event.conversation_id]

    def _fetch_all(self) -> None:
        try:
            while self._waiting:
                ids = list(islice(self._waiting, CONVERSATIONS_AT_ONCE))
                waits = [self._waiting.pop(id) for id in ids]
                try:
                    self._try_to_fetch(ids)
                finally:
                    for wait in waits:
                        wait.set()
        finally:
            self._is_fetching = False

    def _try_to_fetch(self, conversation_ids: list[int]) -> None:
        """More than once: without them, all who wait would ask messages_service themselves."""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE_SECONDS)
            try:
                self._fetch(conversation_ids)
                return
            except Problem as problem:
                log.info("cannot fetch recent events: %s", problem.detail)

    def _fetch(self, conversation_ids: list[int]) -> None:
        starts = {}
        for id in conversation_ids:
            channel = self._channels.get(conversation_topic(id))
            if channel is not None:
                starts[id] = max(0, channel.head - MOST_EVENTS)
        answer = self._messages.events_after(starts, MOST_EVENTS * CONVERSATIONS_AT_ONCE)
        for id, start in starts.items():
            page = answer["conversations"].get(str(id))
            if page is not None and _has_no_holes(page, start):
                events = [orjson.dumps(event) for event in page["events"]]
                self._kept[id] = Recent(answer["epoch"], start, events)


def _has_no_holes(page: SyncPage, start: int) -> bool:
    seqs = [event["seq"] for event in page["events"]]
    return seqs == list(range(start + 1, start + 1 + len(seqs)))
