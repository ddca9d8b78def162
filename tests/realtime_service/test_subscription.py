"""The subscription by itself, without a service around it."""

import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import redis
from redis.connection import Connection

from realtime_service.publish import Message, Publisher
from realtime_service.subscribe import Subscription
from tests.support.waiting import wait_until


class Threads:
    """A driver whose tasks are threads."""

    def spawn(self, function: Callable[..., Any], *args: Any) -> None:
        threading.Thread(target=function, args=args, daemon=True).start()


class Reports:
    """The reports of a subscription."""

    def __init__(self) -> None:
        self.messages: list[Message] = []
        self.returns: list[str] = []

    def start(self, subscription: Subscription) -> None:
        subscription.start(self.messages.extend, lambda: None, self.returns.append)


@pytest.fixture
def publisher(redis_url: str) -> Publisher:
    return Publisher(redis_url, Threads())  # type: ignore[arg-type]


@pytest.fixture
def subscription(redis_url: str, publisher: Publisher) -> Iterator[Subscription]:
    driver: Any = Threads()
    subscription = Subscription(redis_url, driver, publisher, canary_seconds=0.1)
    yield subscription
    subscription.stop()


def test_topics_are_still_added_after_one_was_discarded_during_a_reconnect(
    subscription: Subscription, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Writing thousands of topics takes a while, and meanwhile the last socket of one leaves."""

    class Discarding(Connection):
        def send_command(self, *args: Any, **options: Any) -> None:
            if args[0] == "SUBSCRIBE":
                subscription.discard("left meanwhile")
            Connection.send_command(self, *args, **options)

    monkeypatch.setattr(subscription._pool, "connection_class", Discarding)
    for topic in ("left meanwhile", "kept"):
        subscription.add(topic)
    reports = Reports()
    reports.start(subscription)
    assert subscription.wait_for(["kept"], 5)
    subscription.add("new")
    assert subscription.wait_for(["new"], 5)
    redis.Redis.from_url(redis_url).publish("parley:new", b"news")
    wait_until(lambda: ("new", b"news") in reports.messages)
    assert not subscription.is_confirmed("left meanwhile")


def test_the_canary_survives_unforeseen_errors(
    subscription: Subscription, publisher: Publisher, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures: list[int] = []
    publish = publisher.publish

    def fail_twice(messages: Any) -> None:
        if len(failures) < 2:
            failures.append(1)
            raise RuntimeError("unforeseen")
        publish(messages)

    monkeypatch.setattr(publisher, "publish", fail_twice)
    reports = Reports()
    reports.start(subscription)
    wait_until(lambda: len(failures) == 2)
    time.sleep(0.6)  # longer than a deaf subscription is left alone
    subscription.check()
    assert not reports.returns
