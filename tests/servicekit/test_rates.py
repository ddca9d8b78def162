"""Limits in a moving window."""

import pytest

from servicekit.rates import RateLimiter
from servicekit.web.errors import TooMany


class Clock:
    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        monkeypatch.setattr("servicekit.rates.time.monotonic", lambda: self.now)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def test_the_rate_window_slides(clock: Clock) -> None:
    limiter = RateLimiter("2 per 10 second")
    limiter.count(1)
    clock.now += 6
    limiter.count(1)
    with pytest.raises(TooMany) as refused:
        limiter.count(1)
    assert refused.value.headers["Retry-After"] == "4"
    clock.now += 4.5
    limiter.count(1)
    with pytest.raises(TooMany):
        limiter.count(1)


def test_each_key_has_a_window_of_its_own(clock: Clock) -> None:
    limiter = RateLimiter("1 per 10 second")
    assert limiter.allows("alice")
    assert limiter.allows("bob")
    assert not limiter.allows("alice")


def test_several_actions_at_once_are_counted_together_or_not_at_all(clock: Clock) -> None:
    limiter = RateLimiter("5 per 1 hour", "enough", "enough")
    limiter.count(1, 2)
    clock.now += 600
    limiter.count(1, 1)
    with pytest.raises(TooMany) as refused:
        limiter.count(1, 3)
    assert refused.value.headers["Retry-After"] == "3000"
    limiter.check(1, 2)
    limiter.count(1, 2)
    with pytest.raises(TooMany):
        limiter.count(2, 6)
