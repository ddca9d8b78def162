"""Socket events that wait for other services: one after another, beside a connection's other
events.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

import orjson
from engineio.packet import MESSAGE, Packet

from realtime_service.engine import LateHandler
from realtime_service.link import Link
from realtime_service.tabs import Tab
from realtime_service.texts import Ack, refusal
from realtime_service.worker import Driver
from servicekit.rates import RateLimiter
from servicekit.web.errors import Problem, TooMany, Unauthorized

MAX_WAITING = 20
RETRY_SECONDS = 10
Take = Callable[[Tab, Any], Ack]
log = logging.getLogger(__name__)


class Turns:
    """Runs such events of each connection in their order."""

    def __init__(self, driver: Driver, rate: RateLimiter) -> None:
        self._driver = driver
        self._rate = rate

    def handler(self, take: Take) -> LateHandler:
        """A handler for the server; what `take` returns, or its problem, is the ack."""

        def handle(link: Link, ack_id: int | None, args: list[Any]) -> None:
            try:
                self._add(link.owner, partial(_answer, take, ack_id, args[0] if args else None))
            except Problem as problem:
                send_ack(link, ack_id, refusal(problem))

        return handle

    def _add(self, tab: Tab | None, answer: Callable[[Tab], None]) -> None:
        if tab is None:
            raise Unauthorized()
        if len(tab.waiting) >= MAX_WAITING or not self._rate.allows(tab.user_id):
            raise TooMany("Too many requests; wait a moment.", RETRY_SECONDS)
        tab.waiting.append(partial(answer, tab))
        if len(tab.waiting) == 1:
            self._driver.spawn(self._work_through, tab)

    def _work_through(self, tab: Tab) -> None:
        while tab.waiting:
            try:
                tab.waiting[0]()
            finally:
                tab.waiting.popleft()


def send_ack(link: Link, ack_id: int | None, outcome: Ack) -> None:
    """Answer an event, if its sender wants an answer."""
    if ack_id is not None:
        link.send(Packet(MESSAGE, f"3{ack_id}[{orjson.dumps(outcome).decode()}]"))


def _answer(take: Take, ack_id: int | None, data: Any, tab: Tab) -> None:
    try:
        outcome = take(tab, data)
    except Problem as problem:
        outcome = refusal(problem)
    except Exception:
        log.exception("a socket event was not handled")
        outcome = refusal(Problem(500, "internal", "Something went wrong here."))
    send_ack(tab.link, ack_id, outcome)
