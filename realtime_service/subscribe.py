"""Redis in: one subscription of this process, proved to be alive, and brought back when it is not.

A TCP connection can look healthy and deliver nothing, so a canary is published every few seconds
and must come back. Whenever the subscription was lost, events may have been lost with it: `on_loss`
is called at once, and `on_return` with the reason when it stands again.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any
from uuid import uuid4

import hiredis
import redis
from redis.connection import ConnectionPool

from realtime_service import metrics
from realtime_service.worker import Driver

PREFIX = "parley:"
DEAF_AFTER_CANARIES = 3
RECEIVE_BYTES = 262_144
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
TALK_SECONDS = 1.0
Message = tuple[str, bytes]
"""Topic (without the prefix) and payload."""
log = logging.getLogger(__name__)


class Lost(Exception):
    """The subscription is gone; the argument says why, in a word."""


class Subscription:
    """What this process hears of Redis. `on_messages` gets all that arrived at once, in order."""

    def __init__(
        self,
        redis_url: str,
        driver: Driver,
        *,
        on_messages: Callable[[list[Message]], None],
        on_loss: Callable[[], None],
        on_return: Callable[[str], None],
        canary_seconds: float,
        patterns: Iterable[str] = (),
    ) -> None:
        """`patterns` end in `*`."""
        self.process = uuid4().hex[:12]
        self._pool = ConnectionPool.from_url(
            redis_url,
            protocol=2,
            socket_connect_timeout=TALK_SECONDS,
            socket_timeout=TALK_SECONDS,
            retry=None,
        )
        self._publisher = redis.Redis.from_url(
            redis_url, socket_connect_timeout=TALK_SECONDS, socket_timeout=TALK_SECONDS, retry=None
        )
        self._driver = driver
        self._on_messages = on_messages
        self._on_loss = on_loss
        self._on_return = on_return
        self._canary_seconds = canary_seconds
        self._canary = f"canary:{self.process}"
        self._patterns = tuple(patterns)
        self._wanted: dict[str, None] = {self._canary: None}
        self._heard: set[str] = set()
        self._connection: Any = None
        self._unsaid: dict[str, str] = {}
        self._waiting: dict[str, list[threading.Event]] = {}
        self._talk = threading.Lock()
        self._canary_seen = 0.0
        self._was_lost: str | None = None
        self._is_stopping = False

    def start(self) -> None:
        threading.Thread(target=self._run, name="subscription", daemon=True).start()
        if self._canary_seconds:
            threading.Thread(target=self._sing, name="canary", daemon=True).start()

    def stop(self) -> None:
        self._is_stopping = True
        self._drop()

    def add(self, topic: str) -> None:
        """Hear `topic` from now on, and again after every loss."""
        if self._is_covered(topic):
            return
        self._wanted[topic] = None
        self._say("SUBSCRIBE", topic)

    def discard(self, topic: str) -> None:
        if self._is_covered(topic):
            return
        self._wanted.pop(topic, None)
        self._heard.discard(topic)
        self._say("UNSUBSCRIBE", topic)
        self._tell_if_back()

    def hears(self, topic: str) -> bool:
        """Whether Redis has confirmed `topic`."""
        return topic in self._heard or self._is_covered(topic)

    def wait_for(self, topics: Iterable[str], seconds: float) -> bool:
        """Whether Redis has confirmed all `topics` within `seconds`."""
        deadline = time.monotonic() + seconds
        for topic in topics:
            if not self.hears(topic):
                event = threading.Event()
                self._waiting.setdefault(topic, []).append(event)
                if not event.wait(max(0.0, deadline - time.monotonic())):
                    return False
        return True

    def check(self) -> None:
        """Raises unless the subscription stands and is not deaf."""
        if self._connection is None or self._is_deaf() or self._canary not in self._heard:
            raise ConnectionError("the Redis subscription does not stand")

    def publish(self, topic: str, payload: bytes) -> bool:
        """Publish to the other processes; False when Redis is away."""
        try:
            self._publisher.publish(PREFIX + topic, payload)
        except redis.RedisError as error:
            log.info("publishing to %s failed: %s", topic, error)
            return False
        return True

    def _is_covered(self, topic: str) -> bool:
        """Whether a pattern brings `topic` anyhow; subscribing to it as well would bring
        it twice.
        """
        return any(topic.startswith(pattern.removesuffix("*")) for pattern in self._patterns)

    def _run(self) -> None:
        pause = FIRST_PAUSE
        while not self._is_stopping:
            try:
                self._connect()
                pause = FIRST_PAUSE
                self._listen()
            except Lost as lost:
                self._lose(str(lost))
            except (redis.RedisError, OSError) as error:
                log.info("the Redis subscription failed: %s", error)
                self._lose("connection")
            except Exception:
                log.exception("unforeseen error in the Redis subscription")
                self._lose("error")
            time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter
            pause = min(pause * 2, LONGEST_PAUSE)

    def _connect(self) -> None:
        connection: Any = self._pool.make_connection()
        connection.connect()
        if self._patterns:
            connection.send_command("PSUBSCRIBE", *(PREFIX + pattern for pattern in self._patterns))
        said: set[str] = set()
        while missing := [topic for topic in self._wanted if topic not in said]:
            for topics in _in_hundreds(missing):
                connection.send_command("SUBSCRIBE", *(PREFIX + topic for topic in topics))
            said.update(missing)
        self._unsaid = dict.fromkeys(said - set(self._wanted), "UNSUBSCRIBE")
        self._canary_seen = time.monotonic()
        self._connection = connection

    def _listen(self) -> None:
        connection = self._connection
        if connection is None:
            raise Lost("connection")
        sock = connection._sock  # redis-py's own reader takes 50 µs a message; hiredis takes one
        sock.settimeout(TALK_SECONDS)
        reader = hiredis.Reader()
        while self._connection is connection:
            try:
                data = sock.recv(RECEIVE_BYTES)
            except TimeoutError:
                data = None
            if data == b"":
                raise Lost("closed")
            if data:
                reader.feed(data)
                self._take(reader)
            if self._is_deaf():
                raise Lost("deaf")
        raise Lost("dropped")

    def _take(self, reader: hiredis.Reader) -> None:
        """Hand on all that has arrived whole."""
        messages: list[Message] = []
        while (reply := reader.gets()) is not False:
            kind = reply[0] if isinstance(reply, list) else None
            if kind == b"message":
                self._sort(reply[1], reply[2], messages)
            elif kind == b"pmessage":
                self._sort(reply[2], reply[3], messages)
            elif kind == b"subscribe":
                self._confirm(_topic(reply[1]))
            elif isinstance(reply, Exception):
                raise Lost("error") from reply
        if messages:
            self._on_messages(messages)

    def _sort(self, channel: bytes, payload: bytes, messages: list[Message]) -> None:
        topic = _topic(channel)
        if topic == self._canary:
            self._canary_seen = time.monotonic()
        else:
            messages.append((topic, payload))

    def _confirm(self, topic: str) -> None:
        if topic in self._wanted:
            self._heard.add(topic)
        for event in self._waiting.pop(topic, ()):
            event.set()
        self._tell_if_back()

    def _tell_if_back(self) -> None:
        if self._was_lost and self._connection and len(self._heard) == len(self._wanted):
            reason, self._was_lost = self._was_lost, None
            log.warning("the Redis subscription stands (it was lost: %s)", reason)
            self._on_return(reason)

    def _lose(self, cause: str) -> None:
        if self._is_stopping:
            return
        self._was_lost = self._was_lost or cause
        was_standing = bool(self._heard)
        self._heard.clear()
        self._drop()
        if was_standing:
            log.warning("the Redis subscription was lost: %s", cause)
            metrics.REDIS_LOSSES.labels(cause).inc()
            self._on_loss()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _is_deaf(self) -> bool:
        silence = time.monotonic() - self._canary_seen
        return bool(self._canary_seconds) and silence > DEAF_AFTER_CANARIES * self._canary_seconds

    def _sing(self) -> None:
        while not self._is_stopping:
            self.publish(self._canary, b"1")
            time.sleep(self._canary_seconds)

    def _say(self, command: str, topic: str) -> None:
        """Tell Redis, together with what else this turn of the loop brings."""
        if self._connection is None:
            return  # _connect says it for all that is wanted
        self._unsaid[topic] = command
        if len(self._unsaid) == 1:
            self._driver.spawn(self._say_all)

    def _say_all(self) -> None:
        with self._talk:
            connection = self._connection
            unsaid, self._unsaid = self._unsaid, {}
            if connection is None:
                return
            try:
                for command in ("UNSUBSCRIBE", "SUBSCRIBE"):
                    for topics in _in_hundreds(
                        [topic for topic, said in unsaid.items() if said == command]
                    ):
                        connection.send_command(command, *(PREFIX + topic for topic in topics))
            except (redis.RedisError, OSError) as error:
                log.info("subscribing failed: %s", error)
                connection.disconnect()  # which the listener notices


def _topic(channel: bytes) -> str:
    return channel.decode(errors="replace").removeprefix(PREFIX)


def _in_hundreds(topics: list[str]) -> Iterable[list[str]]:
    return (topics[start : start + 100] for start in range(0, len(topics), 100))
