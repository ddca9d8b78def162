"""The network between realtime_service and Redis breaks, in every way that a network can."""

import time
from collections.abc import Callable

import pytest

from tests.realtime_service.conftest import Realtime, metric
from tests.support.cast import Person
from tests.support.proxy import Proxy
from tests.support.sockets import Tab
from tests.support.stack import Stack
from tests.support.waiting import wait_until

DETECTED_WITHIN = 15.0
BREAKS: dict[str, Callable[[Proxy], None]] = {
    "reset": Proxy.reset,
    "silent": Proxy.hold,
    "silent from Redis": lambda proxy: proxy.hold(to_server=False),
    "silent to Redis": lambda proxy: proxy.hold(to_client=False),
}


@pytest.mark.parametrize(
    "how",
    [
        "reset",
        "silent",
        pytest.param("silent from Redis", marks=pytest.mark.slow),
        pytest.param("silent to Redis", marks=pytest.mark.slow),
    ],
)
def test_a_partition_is_detected_and_heals(
    alice: Person, bob: Person, redis_proxy: Proxy, behind_proxy: Realtime, how: str
) -> None:
    with Tab.of(behind_proxy.url, bob) as tab:
        BREAKS[how](redis_proxy)
        alice.send("into the void", to=bob)
        wait_until(
            lambda: metric(behind_proxy.url, "redis_losses_total") >= 1,
            DETECTED_WITHIN,
            what="the partition is detected",
        )
        redis_proxy.heal()
        tab.wait_for("resync", DETECTED_WITHIN)
        alice.send("received again", to=bob)
        tab.wait_for_content("received again")
        assert tab.client.connected


@pytest.mark.slow
def test_without_the_canary_a_silent_partition_is_not_detected(
    parley: Stack,
    alice: Person,
    bob: Person,
    redis_proxy: Proxy,
    start_realtime: Callable[..., Realtime],
) -> None:
    """The twin of the test above: it shows that the canary is what detects."""
    url = parley.redis.url.replace(f":{parley.redis.port}", f":{redis_proxy.port}")
    realtime = start_realtime(REDIS_URL=url, CANARY_SECONDS="0")
    with Tab.of(realtime.url, bob) as tab:
        redis_proxy.hold()
        alice.send("into the void", to=bob)
        time.sleep(3)
        assert not tab.all("resync")
        assert not tab.contents()
        assert metric(realtime.url, "redis_losses_total") == 0
