"""From Redis to channels: puts events in order, removes members who left, sends the rest through
`fanout`, and notices what is missing.
"""

import logging
import time
from collections import deque
from collections.abc import Callable

from cachetools import TTLCache

from realtime_service import metrics
from realtime_service.clients import Conversations
from realtime_service.fanout import Channel, Channels
from realtime_service.memberships import Memberships
from realtime_service.publish import Message
from realtime_service.redis_messages import (
    CONVERSATION_ADDED,
    MEMBER_LEFT,
    Event,
    Live,
    Notice,
    Poison,
    read_event,
    read_heads,
    read_live,
    read_notice,
    read_notice_for_many,
    read_profile,
)
from realtime_service.reordering import EarlyEvents
from realtime_service.sessions import Session, Sessions
from realtime_service.shapes import Profile
from realtime_service.subscribe import Subscription
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.worker import Driver
from servicekit import topics
from servicekit.topics import conversation_topic, user_topic
from servicekit.web.errors import Problem

LARGEST_MESSAGE = 262_144
BEHIND_SECONDS = 2.5
"""An event this late is a lost one."""
BEHIND_FORGOTTEN = 60
MOVE_FORGOTTEN = 60
SUBSCRIBE_SECONDS = 2.0
log = logging.getLogger(__name__)


class Delivery:
    """Handles each message from Redis. The lists hold callbacks."""

    def __init__(
        self,
        driver: Driver,
        sessions: Sessions,
        channels: Channels,
        subscription: Subscription,
        memberships: Memberships,
    ) -> None:
        self._driver = driver
        self._sessions = sessions
        self._channels = channels
        self._subscription = subscription
        self._memberships = memberships
        self._early = EarlyEvents(driver, self._release)
        self._behind: TTLCache[str, tuple[int, float]] = TTLCache(10_000, BEHIND_FORGOTTEN)
        self._delayed: dict[int, deque[Notice]] = {}
        self._moved: TTLCache[tuple[int, int], float] = TTLCache(100_000, MOVE_FORGOTTEN)
        self.on_event: list[Callable[[Event], None]] = []
        """Every event of a conversation."""
        self.on_live: list[Callable[[Live], None]] = []
        """Every message of another process of this service."""
        self.on_moved: list[Callable[[int], None]] = []
        """The id of a person whose sockets entered or left a conversation."""
        self.on_missed: list[Callable[[Channel], None]] = []
        """A channel that has missed an event."""
        self.on_profile: list[Callable[[str, Profile], None]] = []
        """Every profile that is new or has changed, after the type of the change."""

    def receive(self, messages: list[Message]) -> None:
        """Handle messages that arrived together, in order. Invalid ones are dropped and logged."""
        batch: dict[Channel, list[Outgoing]] = {}
        for topic, payload in messages:
            try:
                self._handle_message(topic, payload, batch)
            except Poison as error:
                metrics.POISON.labels(topic.partition(":")[0]).inc()
                log.error(
                    "unreadable message (%d bytes) on %s: %s", len(payload), topic[:100], error
                )
            except Exception:
                log.exception("a message on %s was not handled", topic[:100])
        self._flush(batch)

    def enter(
        self, session: Session, conversation_id: int, last_seq: int, epoch: str | None
    ) -> Channel | None:
        """Send `session` the events of a conversation whose log has reached `last_seq`.

        Once a client in the channel relies on `seq`, only events move it: that client may have
        missed one that `last_seq` already includes.
        """
        channel = self._channels.join(conversation_topic(conversation_id), session.connection)
        if channel is not None and (not channel.is_followed or channel.epoch != epoch):
            known = channel.seq if channel.epoch == epoch else 0
            channel.begin(epoch, max(last_seq, known))
        return channel

    def follow(self, conversations: Conversations) -> dict[int, int]:
        """By conversation the seq after which every event will be sent; a client relies on it."""
        last_seqs = {}
        for id, last_seq in conversations.last_seqs.items():
            channel = self._channels.get(conversation_topic(id))
            if channel is not None and channel.epoch == conversations.epoch:
                channel.is_followed = True
                last_seq = max(last_seq, channel.seq)
                channel.promised = max(channel.promised, last_seq)
            last_seqs[id] = last_seq
        return last_seqs

    def has_moved(self, user_id: int, conversation_id: int, since: float) -> bool:
        """Whether the membership changed after `since` (monotonic): older answers are stale."""
        return self._moved.get((user_id, conversation_id), 0.0) >= since

    def open_channel(self, user_id: int, conversation_id: int) -> None:
        """Wait until Redis has confirmed a channel's topic, then learn where its log is, so that a
        lost event can be noticed.
        """
        name = conversation_topic(conversation_id)
        self._subscription.wait_for([name], SUBSCRIBE_SECONDS)
        channel = self._channels.get(name)
        if channel is None or channel.is_followed:
            return
        try:
            conversations = self._memberships.fetch(user_id)
        except Problem as problem:
            log.info("cannot fetch the seq of conversation %s: %s", conversation_id, problem.detail)
        else:
            last_seq = conversations.last_seqs.get(conversation_id, 0)
            if not channel.is_followed and channel.epoch in (None, conversations.epoch):
                channel.begin(conversations.epoch, max(last_seq, channel.seq))
        channel.is_followed = True

    def _handle_message(
        self, topic: str, payload: bytes, batch: dict[Channel, list[Outgoing]]
    ) -> None:
        if len(payload) > LARGEST_MESSAGE:
            raise Poison("too large")
        kind, _, number = topic.partition(":")
        if kind == topics.CONVERSATION:
            self._handle_event(topic, read_event(topic, payload), batch)
        elif kind == topics.USER:
            self._handle_notice(int(number), read_notice(payload))
        elif kind == topics.MANY:
            user_ids, notice = read_notice_for_many(payload)
            for user_id in user_ids:
                self._send_in_order(user_id, notice)
        elif kind == topics.HEADS:
            self._compare_heads(read_heads(payload))
        elif kind == topics.USERS:
            self._handle_profile(*read_profile(payload))
        elif kind == topics.LIVE:
            live = read_live(payload)
            for handle in self.on_live:
                handle(live)

    def _handle_event(self, topic: str, event: Event, batch: dict[Channel, list[Outgoing]]) -> None:
        for handle in self.on_event:
            handle(event)
        channel = self._channels.get(topic)
        if channel is None:
            return
        if (
            event.seq > channel.seq + 1
            and event.epoch == channel.epoch
            and self._early.hold(topic, event)
        ):
            return
        self._deliver(channel, event, batch)
        while (following := self._early.pop(topic, channel.seq + 1)) is not None:
            self._deliver(channel, following, batch)

    def _release(self, topic: str, events: list[Event]) -> None:
        """Send `events` though an earlier one is missing: clients read that from the log."""
        batch: dict[Channel, list[Outgoing]] = {}
        channel = self._channels.get(topic)
        if channel is not None:
            for event in events:
                self._deliver(channel, event, batch)
        self._flush(batch)

    def _deliver(
        self, channel: Channel, event: Event, batch: dict[Channel, list[Outgoing]]
    ) -> None:
        if event.type == MEMBER_LEFT:
            self._flush({channel: batch.pop(channel, [])})
            self._move(event.data["user_id"], event.conversation_id, is_member=False)
        if event.epoch != channel.epoch:
            channel.begin(event.epoch, event.seq)
        else:
            channel.seq = max(channel.seq, event.seq)
        batch.setdefault(channel, []).append(Outgoing("event", event.payload))

    def _flush(self, batch: dict[Channel, list[Outgoing]]) -> None:
        count = deliveries = 0
        for channel, events in batch.items():
            if events:
                deliveries += len(events) * channel.send(events)
                count += len(events)
        if count:
            metrics.FANNED_OUT.inc(count)
            metrics.DELIVERIES.inc(deliveries)

    def _move(self, user_id: int, conversation_id: int, *, is_member: bool) -> None:
        """Add the person's sockets to the channel, or remove them, at once."""
        self._moved[user_id, conversation_id] = time.monotonic()
        name = conversation_topic(conversation_id)
        for session in self._sessions.of_user(user_id):
            session.left.discard(conversation_id)
            if is_member:
                self._channels.join(name, session.connection)
            else:
                self._channels.leave(name, session.connection)
        for handle in self.on_moved:
            handle(user_id)

    def _handle_notice(self, user_id: int, notice: Notice) -> None:
        if notice.conversation_id is not None:
            is_member = notice.type == CONVERSATION_ADDED
            self._move(user_id, notice.conversation_id, is_member=is_member)
        self._send_in_order(user_id, notice)

    def _send_in_order(self, user_id: int, notice: Notice) -> None:
        """Send the notice once its conversation's channel is open, so that no event is lost before
        the client reads the log. The person's other notices keep their order.
        """
        waiting = self._delayed.get(user_id)
        if waiting is not None:
            waiting.append(notice)
        elif self._is_open(notice.conversation_id):
            self._send_notice(user_id, notice)
        else:
            self._delayed[user_id] = deque([notice])
            self._driver.spawn(self._send_delayed, user_id)

    def _is_open(self, conversation_id: int | None) -> bool:
        if conversation_id is None:
            return True
        channel = self._channels.get(conversation_topic(conversation_id))
        return channel is None or (
            channel.is_followed and self._subscription.is_confirmed(channel.name)
        )

    def _send_delayed(self, user_id: int) -> None:
        waiting = self._delayed[user_id]
        try:
            while waiting:
                id = waiting[0].conversation_id
                if id is not None and not self._is_open(id):
                    self.open_channel(user_id, id)
                self._send_notice(user_id, waiting.popleft())
        finally:
            del self._delayed[user_id]

    def _send_notice(self, user_id: int, notice: Notice) -> None:
        channel = self._channels.get(user_topic(user_id))
        if channel is not None:
            metrics.NOTICES.inc()
            channel.send([Outgoing("notice", notice.payload)])

    def _compare_heads(self, heads: dict[int, int]) -> None:
        """Detect a lost publish: a channel that stays behind the log. Its sockets get `resync`."""
        now = time.monotonic()
        for conversation_id, head in heads.items():
            name = conversation_topic(conversation_id)
            channel = self._channels.get(name)
            if channel is None or not channel.is_followed or channel.seq >= head:
                continue
            missed, since = self._behind.get(name, (0, now))
            if missed <= channel.seq:  # the earlier gap is closed; this is a new one
                missed, since = channel.seq + 1, now
            self._behind[name] = missed, since
            if now - since >= BEHIND_SECONDS:
                channel.seq = head
                for handle in self.on_missed:
                    handle(channel)

    def _handle_profile(self, type_: str, profile: Profile | None) -> None:
        if profile is not None:
            for handle in self.on_profile:
                handle(type_, profile)
