"""The relay publishes every committed row at least once, after any fault."""

import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import Engine, MetaData, Table, create_engine, insert, select, text

from servicekit.data import outbox as servicekit_outbox
from servicekit.data.db import make_db
from servicekit.data.outbox import OutboxRow, Relay, make_outbox_table
from servicekit.times import utcnow
from tests.support.redis_server import RedisServer
from tests.support.subscriber import Subscriber
from tests.support.waiting import wait_until

Outbox = tuple[Engine, Table]


@pytest.fixture
def outbox(database_url: str) -> Iterator[Outbox]:
    url = database_url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(url)
    metadata = MetaData(naming_convention=make_db().metadata.naming_convention)
    table = make_outbox_table(metadata)
    metadata.create_all(engine)
    yield engine, table
    engine.dispose()


@pytest.fixture
def leftovers_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows that stay in the table are published in a fraction of a second."""
    monkeypatch.setattr(servicekit_outbox, "LEFTOVER_SECONDS", 0.2)
    monkeypatch.setattr(servicekit_outbox, "SCAN_SECONDS", 0.1)


def commit(outbox: Outbox, *payloads: str, age: float = 0) -> list[OutboxRow]:
    engine, table = outbox
    created_at = utcnow() - timedelta(seconds=age)
    with engine.begin() as connection:
        rows = []
        for payload in payloads:
            values = {"topic": "things", "payload": payload, "created_at": created_at}
            result = connection.execute(insert(table).values(values).returning(table.c.id))
            rows.append(OutboxRow(result.scalar_one(), "things", payload))
    return rows


def is_empty(outbox: Outbox) -> bool:
    engine, table = outbox
    with engine.connect() as connection:
        return connection.execute(select(table.c.id)).first() is None


def counted(what: str) -> float:
    return REGISTRY.get_sample_value(f"parley_outbox_{what}_total") or 0


def received(subscriber: Subscriber, count: int) -> list[str]:
    return wait_until(lambda: len(on := subscriber.raw("things")) >= count and on, 15) or []


def test_committed_rows_are_published_in_order_and_deleted(outbox: Outbox, redis_url: str) -> None:
    subscriber = Subscriber(redis_url)
    relay = Relay(*outbox, redis_url)
    relay.start()
    payloads = [str(n) for n in range(50)]
    relay.wake(list(reversed(commit(outbox, *payloads))))
    assert received(subscriber, 50) == payloads
    wait_until(lambda: is_empty(outbox))
    relay.stop()


@pytest.mark.usefixtures("leftovers_soon")
def test_rows_of_a_dead_process_are_published_by_the_next(outbox: Outbox, redis_url: str) -> None:
    commit(outbox, "left", "behind", age=3)
    subscriber = Subscriber(redis_url)
    relay = Relay(*outbox, redis_url)
    relay.start()
    assert received(subscriber, 2) == ["left", "behind"]
    wait_until(lambda: is_empty(outbox))
    relay.stop()


@pytest.mark.usefixtures("leftovers_soon")
def test_rows_committed_during_a_redis_outage_are_published_after_it(
    outbox: Outbox, tmp_path: Path
) -> None:
    (tmp_path / "redis").mkdir()
    server = RedisServer(tmp_path / "redis")
    relay = Relay(*outbox, server.url)
    relay.start()
    server.kill()
    before = counted("published")
    relay.wake(commit(outbox, "one"))
    relay.wake(commit(outbox, "two"))
    assert not is_empty(outbox)
    server.start()
    wait_until(lambda: is_empty(outbox), 15)
    assert counted("published") == before + 2
    relay.stop()
    server.stop()


def test_stopping_publishes_the_remaining_rows(outbox: Outbox, redis_url: str) -> None:
    subscriber = Subscriber(redis_url)
    relay = Relay(*outbox, redis_url)
    relay.start()
    relay.wake(commit(outbox, "last"))
    relay.stop()
    assert received(subscriber, 1) == ["last"]
    assert is_empty(outbox)


@pytest.mark.usefixtures("leftovers_soon")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_unreadable_row_is_set_aside_and_the_others_are_published(
    outbox: Outbox, redis_url: str
) -> None:
    engine, table = outbox
    commit(outbox, "before", "poison", "after")
    with engine.begin() as connection:
        connection.execute(
            text("UPDATE outbox SET payload = CAST(x'fffe' AS TEXT) WHERE payload = 'poison'")
        )
    before = counted("set_aside")
    subscriber = Subscriber(redis_url)
    relay = Relay(*outbox, redis_url)
    calls: list[float] = []
    relay.periodic.append(lambda _: calls.append(time.monotonic()))
    relay.start()

    assert received(subscriber, 2) == ["before", "after"]
    assert calls, "the periodic callbacks come first"
    wait_until(lambda: counted("set_aside") == before + 1, 15)
    relay.wake(commit(outbox, "later"))
    assert received(subscriber, 3) == ["before", "after", "later"]
    relay.stop()

    with engine.connect() as connection:
        kept = connection.execute(select(table.c.set_aside_at)).scalars().all()
    assert len(kept) == 1
    assert kept[0] is not None


@pytest.mark.usefixtures("leftovers_soon")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_row_dated_in_the_future_does_not_wait(outbox: Outbox, redis_url: str) -> None:
    """The clock was an hour ahead when its process died."""
    subscriber = Subscriber(redis_url)
    relay = Relay(*outbox, redis_url)
    relay.start()
    commit(outbox, "ahead", age=-3600)
    assert received(subscriber, 1) == ["ahead"]
    relay.stop()


@pytest.mark.usefixtures("leftovers_soon")
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_memory_is_bounded_while_redis_hangs_and_no_row_is_lost(
    outbox: Outbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servicekit_outbox, "WAITING_CHARS", 2_000)
    (tmp_path / "redis").mkdir()
    server = RedisServer(tmp_path / "redis")
    relay = Relay(*outbox, server.url)
    relay.start()
    subscriber = Subscriber(server.url)
    server.process.freeze()
    payloads = [f"{n:04}" + "x" * 96 for n in range(100)]
    for payload in payloads:
        relay.wake(commit(outbox, payload))
    assert relay._fresh._chars <= 2_000
    server.process.thaw()

    wait_until(lambda: set(subscriber.raw("things")) == set(payloads), 20)
    wait_until(lambda: is_empty(outbox))
    relay.stop()
    server.stop()


def test_rows_committed_in_quick_succession_go_out_together(outbox: Outbox, redis_url: str) -> None:
    subscriber = Subscriber(redis_url)
    relay = Relay(*outbox, redis_url)
    batches: list[set[str]] = []
    relay.on_published.append(batches.append)
    payloads = [str(n) for n in range(100)]
    rows = commit(outbox, *payloads)
    relay.start()
    for row in rows:
        relay.wake([row])
    assert received(subscriber, 100) == payloads
    relay.stop()
    assert len(batches) < 20
