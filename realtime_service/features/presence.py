"""Presence: local users at once, those of other processes through Redis. Users of a process that
died go offline when its key expires.
"""

import logging
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import orjson
import redis

from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.publish import Publisher
from realtime_service.redis_messages import Live
from realtime_service.sessions import BY_WEIGHT, OFFLINE, Session, Sessions
from realtime_service.transport.connection import Connection
from realtime_service.transport.frames import Outgoing
from realtime_service.transport.timers import Timer
from realtime_service.transport.worker import Driver
from servicekit.topics import LIVE, conversation_topic, user_topic
from servicekit.web.errors import Invalid

PROCESSES = "parley:presence"
BEAT_SECONDS, DEAD_SECONDS = 5, 16
GONE_SECONDS = 3
"""How long a person stays online after the last session ends: most return on the next page."""
GATHER_SECONDS = 0.2
MAX_ASKED = 200
log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Sight:
    """A person's status in one process, and the conversations whose members receive it."""

    status: str
    conversations: frozenset[int]


class Presence:
    """The statuses of people in every process, and those last sent to local sockets."""

    def __init__(
        self,
        driver: Driver,
        sessions: Sessions,
        channels: Channels,
        publisher: Publisher,
        store: redis.Redis,
        room_limit: int,
    ) -> None:
        self._driver = driver
        self._sessions = sessions
        self._channels = channels
        self._publisher = publisher
        self._store = store
        self._room_limit = room_limit
        self._me = uuid4().hex[:12]
        self._seen: dict[str, dict[int, Sight]] = {self._me: {}}
        self._members: dict[int, set[int]] = {}
        self._shown: dict[int, str] = {}
        self._unpublished: dict[int, Sight] = {}
        self._changed: set[int] = set()
        self._concerned: dict[int, set[int]] = {}
        self._gone_timer = Timer(driver, GONE_SECONDS)
        self._is_stopping = threading.Event()

    def install(self, delivery: Delivery) -> None:
        """Receive presence from other processes, and changes of membership."""
        delivery.on_live.append(self._spread)
        delivery.on_moved.append(self.refresh)

    def start(self) -> None:
        threading.Thread(target=self._beat_forever, name="presence", daemon=True).start()

    def stop(self) -> None:
        """Report the users of this process as gone, instead of waiting for its key to expire."""
        self._is_stopping.set()
        try:
            self._store.delete(self._key(self._me))
            self._store.srem(PROCESSES, self._me)
        except redis.RedisError:
            return  # the key expires
        self._publisher.publish([(LIVE, orjson.dumps({"gone": {"process": self._me}}))])

    def welcome(self, session: Session) -> list[Outgoing]:
        """Announce the user; returns the statuses of the people in the new session's rooms."""
        if not self._is_announced(session):
            self._update(session.user_id)
        others = set[int]()
        for conversation_id in session.conversations:
            channel = self._channels.get(conversation_topic(conversation_id))
            if channel is not None and len(channel) <= self._room_limit:
                others |= self._members.get(conversation_id, set())
        shown = ((user_id, self._shown.get(user_id, OFFLINE)) for user_id in sorted(others))
        return [_event(user_id, status) for user_id, status in shown if status != OFFLINE]

    def handle_end(self, session: Session) -> None:
        """Handle the end of a session."""
        if self._sessions.of_user(session.user_id):
            self._update(session.user_id)
        else:
            self._gone_timer.add(self._update, session.user_id)

    def set_status(self, session: Session, status: Any) -> None:
        """Set the status that the client reports; invalid ones are ignored."""
        if status in BY_WEIGHT and status != session.status:
            session.status = status
            self._update(session.user_id)

    def statuses_of(self, session: Session, user_ids: Any) -> dict[str, str]:
        """The statuses of people, by id as text; raises Problem.

        Guests get those of themselves and of the people in their conversations.
        """
        if not isinstance(user_ids, list) or len(user_ids) > MAX_ASKED:
            raise Invalid.field("user_ids", f"must be a list of at most {MAX_ASKED} ids")
        if not all(type(id) is int for id in user_ids):
            raise Invalid.field("user_ids", "must be ids of people")
        if session.identity.is_guest:
            near = (self._members.get(id, set()) for id in session.conversations)
            known = {session.user_id}.union(*near)
            user_ids = [id for id in user_ids if id in known]
        return {str(id): self._status_of(id) for id in user_ids}

    def refresh(self, user_id: int) -> None:
        """Look again at the person, whose conversations have changed."""
        self._update(user_id)

    def _spread(self, live: Live) -> None:
        """Apply the news of another process, or its end."""
        news, gone = live.presence, live.gone
        if news is not None and news.process != self._me:
            for user_id, (status, conversations) in news.seen.items():
                self._set(news.process, user_id, Sight(status, frozenset(conversations)))
        if gone is not None and gone.process != self._me:
            self._replace(gone.process, {})

    def _is_announced(self, session: Session) -> bool:
        """Whether another session of the person has announced the same: `_update` looks at all."""
        seen = self._seen[self._me].get(session.user_id)
        return (
            seen is not None
            and seen.status == session.status
            and session.conversations <= seen.conversations
        )

    def _update(self, user_id: int) -> None:
        """Work out the person's status in this process, and publish it if it has changed."""
        sessions = self._sessions.of_user(user_id)
        conversations = frozenset[int]().union(*(session.conversations for session in sessions))
        status = _weightiest({session.status for session in sessions})
        old = self._seen[self._me].get(user_id)
        new = Sight(
            status, conversations if sessions else old.conversations if old else conversations
        )
        if new == old or (old is None and status == OFFLINE):
            return
        self._set(self._me, user_id, new)
        if not self._unpublished:
            self._driver.spawn(self._publish_soon)
        self._unpublished[user_id] = new

    def _publish_soon(self) -> None:
        """Publish to the other processes all changes of a short time together."""
        time.sleep(GATHER_SECONDS / 4)
        unpublished, self._unpublished = self._unpublished, {}
        seen = {
            str(user_id): [s.status, sorted(s.conversations)] for user_id, s in unpublished.items()
        }
        self._publisher.publish_soon(
            LIVE, orjson.dumps({"presence": {"process": self._me, "seen": seen}})
        )

    def _set(self, process: str, user_id: int, sight: Sight) -> None:
        table = self._seen.setdefault(process, {})
        old = table.pop(user_id, None)
        if sight.status != OFFLINE:
            table[user_id] = sight
            if old is not None and sight.conversations - old.conversations:
                self._shown.pop(user_id, None)  # it must be sent to new people
        self._note(user_id, (old.conversations if old else frozenset()) | sight.conversations)

    def _replace(self, process: str, table: dict[int, Sight]) -> None:
        """Replace the table of a process by the one in Redis, which is the more reliable."""
        old = self._seen.get(process, {})
        for user_id in old.keys() - table.keys():
            self._set(process, user_id, Sight(OFFLINE, frozenset()))
        for user_id, sight in table.items():
            if old.get(user_id) != sight:
                self._set(process, user_id, sight)
        if not table and process != self._me:
            self._seen.pop(process, None)

    def _note(self, user_id: int, conversations: frozenset[int]) -> None:
        """Send the person's change to local sockets, with all other changes of a short time."""
        sights = [table[user_id] for table in self._seen.values() if user_id in table]
        present = frozenset[int]().union(*(sight.conversations for sight in sights))
        for conversation_id in conversations | present:
            if conversation_id in present:
                self._members.setdefault(conversation_id, set()).add(user_id)
            elif conversation_id in self._members:
                self._members[conversation_id].discard(user_id)
                if not self._members[conversation_id]:
                    del self._members[conversation_id]
        if not self._changed:
            self._driver.spawn(self._send_soon)
        self._changed.add(user_id)
        self._concerned.setdefault(user_id, set()).update(conversations)

    def _send_soon(self) -> None:
        time.sleep(GATHER_SECONDS)
        changed, self._changed = self._changed, set()
        concerned, self._concerned = self._concerned, {}
        outbound: dict[Connection, list[Outgoing]] = {}
        for user_id in changed:
            status = self._status_of(user_id)
            if self._shown.get(user_id, OFFLINE) == status:
                continue
            if status == OFFLINE:
                self._shown.pop(user_id, None)
            else:
                self._shown[user_id] = status
            event = _event(user_id, status)
            for connection in self._connections_near(user_id, concerned[user_id]):
                outbound.setdefault(connection, []).append(event)
        for connection, events in outbound.items():
            connection.send_events(events)

    def _status_of(self, user_id: int) -> str:
        statuses = {table[user_id].status for table in self._seen.values() if user_id in table}
        return _weightiest(statuses)

    def _connections_near(self, user_id: int, conversations: Iterable[int]) -> set[Connection]:
        names = [user_topic(user_id), *(conversation_topic(id) for id in conversations)]
        connections = set[Connection]()
        for name in names:
            channel = self._channels.get(name)
            if channel is not None and len(channel) <= self._room_limit:
                connections.update(channel)
        return connections

    def _beat_forever(self) -> None:
        while not self._is_stopping.is_set():
            try:
                self._beat()
            except redis.RedisError:
                log.info("presence: Redis is away")
            except Exception:
                log.exception("presence: unexpected error")
            self._is_stopping.wait(BEAT_SECONDS)

    def _beat(self) -> None:
        """Store the table of this process in Redis, and read those of the others."""
        mine = {
            str(user_id): [s.status, sorted(s.conversations)]
            for user_id, s in self._seen[self._me].items()
        }
        with self._store.pipeline(transaction=False) as pipeline:
            pipeline.set(self._key(self._me), orjson.dumps(mine), ex=DEAD_SECONDS)
            pipeline.sadd(PROCESSES, self._me)
            pipeline.smembers(PROCESSES)
            names = {name.decode() for name in pipeline.execute()[2]} - {self._me}
        tables = self._store.mget([self._key(name) for name in sorted(names)]) if names else []
        for name, table in zip(sorted(names), tables, strict=True):
            if table is None:
                self._store.srem(PROCESSES, name)
                self._replace(name, {})
            else:
                self._replace(name, _read_table(orjson.loads(table)))
        for name in self._seen.keys() - names - {self._me}:
            self._replace(name, {})

    @staticmethod
    def _key(process: str) -> str:
        return f"{PROCESSES}:{process}"


def _weightiest(statuses: set[str]) -> str:
    return next((status for status in BY_WEIGHT if status in statuses), OFFLINE)


def _event(user_id: int, status: str) -> Outgoing:
    return Outgoing.of("presence", {"user_id": user_id, "status": status})


def _read_table(table: dict[str, tuple[str, list[int]]]) -> dict[int, Sight]:
    return {int(id): Sight(str(status), frozenset(ids)) for id, (status, ids) in table.items()}
