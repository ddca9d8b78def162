"""Socket events whose handlers call other services: one at a time for each connection, without
holding up its other events.
"""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from realtime_service.features.acks import refusal, send_ack
from realtime_service.sessions import Session, Sessions
from realtime_service.shapes import Ack
from realtime_service.transport.connection import Connection
from realtime_service.transport.engine import LateHandler
from realtime_service.transport.worker import Driver
from servicekit.rates import RateLimiter
from servicekit.web.errors import Problem, TooMany, Unauthorized

MAX_WAITING = 20
RETRY_SECONDS = 10
Handle = Callable[[Session, Any], Ack]
log = logging.getLogger(__name__)


class EventQueue:
    """Handles the queued events of each connection in order."""

    def __init__(self, driver: Driver, sessions: Sessions, rate: RateLimiter) -> None:
        self._driver = driver
        self._sessions = sessions
        self._rate = rate

    def handler(self, handle: Handle) -> LateHandler:
        """A handler for the server; the result of `handle`, or its problem, is sent as the ack."""

        def enqueue(connection: Connection, ack_id: int | None, args: list[Any]) -> None:
            try:
                session = self._sessions.of_connection(connection)
                self._add(session, partial(_answer, handle, ack_id, args[0] if args else None))
            except Problem as problem:
                send_ack(connection, ack_id, refusal(problem))

        return enqueue

    def _add(self, session: Session | None, answer: Callable[[Session], None]) -> None:
        if session is None:
            raise Unauthorized()
        if len(session.waiting) >= MAX_WAITING or not self._rate.allows(session.user_id):
            raise TooMany("Too many requests; wait a moment.", RETRY_SECONDS)
        session.waiting.append(partial(answer, session))
        if len(session.waiting) == 1:
            self._driver.spawn(self._work_through, session)

    def _work_through(self, session: Session) -> None:
        while session.waiting:
            try:
                session.waiting[0]()
            finally:
                session.waiting.popleft()


def _answer(handle: Handle, ack_id: int | None, data: Any, session: Session) -> None:
    try:
        outcome = handle(session, data)
    except Problem as problem:
        outcome = refusal(problem)
    except Exception:
        log.exception("a socket event was not handled")
        outcome = refusal(Problem(500, "internal", "Something went wrong here."))
    send_ack(session.connection, ack_id, outcome)
