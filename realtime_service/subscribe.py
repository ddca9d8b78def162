"""The Redis subscription of this process, monitored by a canary and renewed when it is lost.

Whenever it was lost, events may have been lost with it: `on_loss` is called at once, and
`on_return` with the reason when it is restored.
"""

import logging
import random
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import hiredis
import redis
from redis.connection import ConnectionPool

from realtime_service import metrics
from realtime_service.canary import Canary
from realtime_service.publish import REDIS_SECONDS, Message, Publisher
from realtime_service.transport.worker import Driver
from servicekit.topics import PREFIX

RECEIVE_BYTES = 262_144
GATHER_SECONDS = 0.005
"""Messages that follow each other within this time are received together."""
FIRST_PAUSE, LONGEST_PAUSE = 0.05, 2.0
log = logging.getLogger(__name__)


class Lost(Exception):
    """The subscription is lost; the argument is the cause, in one word."""


class Listeners(NamedTuple):
    """Callbacks. `on_messages` receives all messages that arrived together, in order."""

    on_messages: Callable[[list[Message]], None]
    on_loss: Callable[[], None]
    on_return: Callable[[str], None]


class Subscription:
    """Receives messages from Redis."""

    def __init__(
        self,
        redis_url: str,
        driver: Driver,
        publisher: Publisher,
        *,
        canary_seconds: float,
        patterns: Iterable[str] = (),
    ) -> None:
        """`patterns` end in `*`."""
        self._pool = ConnectionPool.from_url(
            redis_url,
            protocol=2,
            socket_connect_timeout=REDIS_SECONDS,
            socket_timeout=REDIS_SECONDS,
            retry=None,
        )
        self._driver = driver
        self._canary = Canary(publisher, canary_seconds)
        self._patterns = tuple(patterns)
        self._wanted: dict[str, None] = {self._canary.topic: None}
        self._confirmed: set[str] = set()
        self._connection: Any = None
        self._unsent: dict[str, str] = {}
        self._is_sending = False
        self._waiting: dict[str, list[threading.Event]] = {}
        self._was_lost: str | None = None
        self._is_stopping = False
        self._listeners: list[Listeners] = []

    def start(
        self,
        on_messages: Callable[[list[Message]], None],
        on_loss: Callable[[], None],
        on_return: Callable[[str], None],
    ) -> None:
        """Listen until `stop`; the module's docstring says when the callbacks are called."""
        self._listeners.append(Listeners(on_messages, on_loss, on_return))
        threading.Thread(target=self._run, name="subscription", daemon=True).start()
        self._canary.start()

    def stop(self) -> None:
        self._is_stopping = True
        self._canary.stop()
        self._drop()

    def add(self, topic: str) -> None:
        """Subscribe to `topic`, and again after every loss."""
        if self._is_covered(topic):
            return
        self._wanted[topic] = None
        self._send_soon("SUBSCRIBE", topic)

    def discard(self, topic: str) -> None:
        if self._is_covered(topic):
            return
        self._wanted.pop(topic, None)
        self._confirmed.discard(topic)
        self._send_soon("UNSUBSCRIBE", topic)
        self._report_return()

    def is_confirmed(self, topic: str) -> bool:
        """Whether Redis has confirmed `topic`."""
        return topic in self._confirmed or self._is_covered(topic)

    def wait_for(self, topics: Iterable[str], seconds: float) -> bool:
        """Whether Redis has confirmed all `topics` within `seconds`."""
        deadline = time.monotonic() + seconds
        for topic in topics:
            if not self.is_confirmed(topic):
                event = threading.Event()
                self._waiting.setdefault(topic, []).append(event)
                if not event.wait(max(0.0, deadline - time.monotonic())):
                    return False
        return True

    def check(self) -> None:
        """Raise ConnectionError unless the subscription is established and alive."""
        is_confirmed = self._canary.topic in self._confirmed
        if self._connection is None or not is_confirmed or self._canary.is_silent():
            raise ConnectionError("the Redis subscription is not established")

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
                log.exception("unexpected error in the Redis subscription")
                self._lose("error")
            time.sleep(pause * random.uniform(0.7, 1.3))  # noqa: S311 - jitter
            pause = min(pause * 2, LONGEST_PAUSE)

    def _connect(self) -> None:
        connection: Any = self._pool.make_connection()
        connection.connect()
        if self._patterns:
            connection.send_command("PSUBSCRIBE", *(PREFIX + pattern for pattern in self._patterns))
        sent: set[str] = set()
        while missing := [topic for topic in self._wanted if topic not in sent]:
            for topics in _in_hundreds(missing):
                connection.send_command("SUBSCRIBE", *(PREFIX + topic for topic in topics))
            sent.update(missing)
        self._unsent = dict.fromkeys(sent - set(self._wanted), "UNSUBSCRIBE")
        self._canary.note()
        self._connection = connection
        self._start_sending()

    def _listen(self) -> None:
        connection = self._connection
        if connection is None:
            raise Lost("connection")
        # redis-py's own reader needs 50 µs a message, hiredis alone 1 µs; checked with redis 8.1.
        sock = connection._sock
        sock.settimeout(REDIS_SECONDS)
        reader = hiredis.Reader()
        received_at = 0.0
        while self._connection is connection:
            try:
                data = sock.recv(RECEIVE_BYTES)
            except TimeoutError:
                data = None
            if data == b"":
                raise Lost("closed")
            if data:
                reader.feed(data)
                self._process(reader)
                is_busy = time.monotonic() - received_at < GATHER_SECONDS
                if is_busy:  # One turn of the loop for many messages costs less than one for each.
                    time.sleep(GATHER_SECONDS)
                received_at = time.monotonic()
            if self._canary.is_silent():
                raise Lost("deaf")
        raise Lost("dropped")

    def _process(self, reader: hiredis.Reader) -> None:
        """Process all complete replies."""
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
            for listener in self._listeners:
                listener.on_messages(messages)

    def _sort(self, channel: bytes, payload: bytes, messages: list[Message]) -> None:
        topic = _topic(channel)
        if topic == self._canary.topic:
            self._canary.note()
        else:
            messages.append((topic, payload))

    def _confirm(self, topic: str) -> None:
        if topic in self._wanted:
            self._confirmed.add(topic)
        for event in self._waiting.pop(topic, ()):
            event.set()
        self._report_return()

    def _report_return(self) -> None:
        if self._was_lost and self._connection and len(self._confirmed) == len(self._wanted):
            reason, self._was_lost = self._was_lost, None
            log.warning("the Redis subscription is restored (it was lost: %s)", reason)
            for listener in self._listeners:
                listener.on_return(reason)

    def _lose(self, cause: str) -> None:
        if self._is_stopping:
            return
        self._was_lost = self._was_lost or cause
        was_standing = bool(self._confirmed)
        self._confirmed.clear()
        self._drop()
        if was_standing:
            log.warning("the Redis subscription was lost: %s", cause)
            metrics.REDIS_LOSSES.labels(cause).inc()
            for listener in self._listeners:
                listener.on_loss()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.disconnect()

    def _send_soon(self, command: str, topic: str) -> None:
        """Send a command to Redis, together with others of this turn of the loop."""
        if self._connection is None:
            return  # _connect subscribes to all wanted topics
        self._unsent[topic] = command
        self._start_sending()

    def _start_sending(self) -> None:
        if self._unsent and not self._is_sending:
            self._is_sending = True
            self._driver.spawn(self._send_unsent)

    def _send_unsent(self) -> None:
        try:
            while self._unsent:
                self._send_together()
        finally:
            self._is_sending = False

    def _send_together(self) -> None:
        connection = self._connection
        unsent, self._unsent = self._unsent, {}
        if connection is None:
            return
        try:
            for command in ("UNSUBSCRIBE", "SUBSCRIBE"):
                for topics in _in_hundreds([topic for topic in unsent if unsent[topic] == command]):
                    connection.send_command(command, *(PREFIX + topic for topic in topics))
        except (redis.RedisError, OSError) as error:
            log.info("subscribing failed: %s", error)
            connection.disconnect()  # the listener notices


def _topic(channel: bytes) -> str:
    return channel.decode(errors="replace").removeprefix(PREFIX)


def _in_hundreds(topics: list[str]) -> Iterable[list[str]]:
    return (topics[start : start + 100] for start in range(0, len(topics), 100))
