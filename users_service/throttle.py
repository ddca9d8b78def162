"""Rate limits, counted in Redis, and in this process's memory while Redis is away."""

import ipaddress
import logging
import math
import time

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from redis.exceptions import RedisError

from servicekit.language import _
from servicekit.web.errors import TooMany
from servicekit.web.service_calls import client_address

log = logging.getLogger(__name__)
REDIS_PAUSE_SECONDS = 5
"""Redis is asked again after a failure; meanwhile no request waits for its timeout."""


class Throttle:
    """Moving windows by rate (`5 per minute;20 per hour`) and key."""

    def __init__(self, redis_url: str) -> None:
        self._redis = MovingWindowRateLimiter(
            storage_from_string(
                redis_url,
                key_prefix="parley:rate",
                socket_connect_timeout=1,
                socket_timeout=1,
            )
        )
        self._memory = MovingWindowRateLimiter(MemoryStorage())
        self._redis_paused_until = float("-inf")

    def is_spent(self, rate: str, *key: str) -> bool:
        """Whether another request would exceed the rate."""
        return any(not self._test(item, key) for item in parse_many(rate))

    def require(self, rate: str, *key: str) -> None:
        """Raises TooMany when another request would exceed the rate; counts nothing."""
        waits = [
            self._seconds_to_wait(item, key)
            for item in parse_many(rate)
            if not self._test(item, key)
        ]
        if waits:
            raise TooMany(_("Too many attempts; try again later."), max(waits))

    def count(self, rate: str, *key: str) -> None:
        """Count a request, also beyond the rate."""
        for item in parse_many(rate):
            self._hit(item, key)

    def spend(self, rate: str, *key: str) -> None:
        """Count a request; raises TooMany when that exceeds the rate."""
        self.require(rate, *key)
        self.count(rate, *key)

    def _test(self, item: RateLimitItem, key: tuple[str, ...]) -> bool:
        limiter = self._limiter()
        try:
            return limiter.test(item, *key)
        except RedisError:
            self._pause_redis()
            return self._memory.test(item, *key)

    def _hit(self, item: RateLimitItem, key: tuple[str, ...]) -> None:
        limiter = self._limiter()
        try:
            limiter.hit(item, *key)
        except RedisError:
            self._pause_redis()
            self._memory.hit(item, *key)

    def _seconds_to_wait(self, item: RateLimitItem, key: tuple[str, ...]) -> int:
        try:
            reset = self._limiter().get_window_stats(item, *key).reset_time
        except RedisError:
            self._pause_redis()
            return item.get_expiry()
        return max(1, math.ceil(reset - time.time()))

    def _limiter(self) -> MovingWindowRateLimiter:
        return self._memory if time.monotonic() < self._redis_paused_until else self._redis

    def _pause_redis(self) -> None:
        log.warning("rate limits: Redis does not answer, counting in this process", exc_info=True)
        self._redis_paused_until = time.monotonic() + REDIS_PAUSE_SECONDS


def client_network() -> str:
    """The network whose attempts are counted together: an IPv4 address, or an IPv6 /64.

    One host usually has a whole /64, so counting its single addresses would count nothing.
    """
    return network_of(client_address(), 32, 64)


def network_of(address: str, ipv4_bits: int, ipv6_bits: int) -> str:
    """The network of that size around `address`; other text is returned unchanged."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if ip.version == 6 and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    bits = ipv4_bits if ip.version == 4 else ipv6_bits
    return str(ipaddress.ip_network((ip, bits), strict=False))
