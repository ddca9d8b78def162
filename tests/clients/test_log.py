"""The client delivers each event of a log once and in order."""

from hypothesis import given
from hypothesis import strategies as st
from parley_client.log import Log, Place
from parley_client.shapes import Event

CONVERSATION = 7


def event(seq: int, epoch: str = "first") -> Event:
    return {
        "conversation_id": CONVERSATION,
        "seq": seq,
        "epoch": epoch,
        "type": "message.created",
        "date": "",
        "data": {},
    }


def make_log(now: list[float], seq: int = 0) -> Log:
    log = Log(clock=lambda: now[0])
    log.places[CONVERSATION] = Place(seq)
    return log


@given(st.lists(st.integers(1, 12), max_size=40))
def test_events_in_any_order_and_repeated_are_delivered_once_in_order(seqs: list[int]) -> None:
    log = make_log([0.0])
    delivered = [e["seq"] for seq in [*seqs, *range(1, 13)] for e in log.apply(event(seq))]
    assert delivered == list(range(1, 13))


def test_an_event_before_the_cursor_is_dropped() -> None:
    log = make_log([0.0], seq=5)
    assert [e["seq"] for e in log.apply_page([event(4), event(5), event(6)])] == [6]


def test_a_gap_is_due_after_a_moment_and_never_once_it_is_closed() -> None:
    now = [0.0]
    log = make_log(now)
    assert list(log.apply(event(2))) == []
    assert log.due() == []
    wait = log.wait()
    assert wait is not None
    assert 0.15 <= wait <= 0.3
    now[0] = 0.31
    assert log.due() == [CONVERSATION]
    assert [e["seq"] for e in log.apply(event(1))] == [1, 2]
    assert log.due() == []
    assert log.wait() is None


def test_another_epoch_is_noticed() -> None:
    log = make_log([0.0])
    list(log.apply(event(1)))
    assert not log.is_of_another_epoch(event(2))
    assert log.is_of_another_epoch(event(2, epoch="second"))
