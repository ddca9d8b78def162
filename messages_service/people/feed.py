"""Follows users_service: revocations from now on, people from this database's position."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from messages_service.models import db, meta
from messages_service.people.profiles import Profiles
from servicekit.data.db import transaction
from servicekit.http import ServiceClient
from servicekit.identity.feed import (
    PERSON_CHANGED,
    PLACE_CHANGED,
    SESSION_REVOKED,
    Entry,
    Feed,
    Handler,
    Page,
    revocation_handlers,
)
from servicekit.identity.verify import TokenVerifier

FEED_POSITION = "feed_position"


class PeopleFeed:
    """Two feeds: a process needs recent revocations, a database the people since its position."""

    def __init__(
        self,
        app: Flask,
        users: ServiceClient,
        profiles: Profiles,
        verifier: TokenVerifier,
        *,
        session_ended: Handler,
        place_changed: Handler,
    ) -> None:
        """`session_ended` gets the `RevokedSession`, inside of a transaction.

        `place_changed` is called in each process, also with the last change before its start.
        """
        handlers: dict[str, Handler] = dict.fromkeys(PERSON_CHANGED, profiles.update)
        handlers[SESSION_REVOKED] = session_ended
        self._feeds = (
            Feed(users, {**revocation_handlers(verifier), PLACE_CHANGED: place_changed}),
            Feed(users, handlers, StoredPosition(app)),
        )

    def start(self) -> None:
        for feed in self._feeds:
            feed.start()

    def stop(self) -> None:
        for feed in self._feeds:
            feed.stop()


class StoredPosition:
    """The feed position in the database, saved in the transaction of the people it covers."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def read(self) -> int:
        with self._app.app_context():
            value = db.session.execute(select(meta.c.value).where(meta.c.key == FEED_POSITION))
            return int(value.scalar_one())

    def advance(self, page: Page, handle: Callable[[Entry], None]) -> None:
        """Handles the page once, even if several processes have read it."""
        with self._app.app_context(), transaction(db) as running:
            if _move(running.connection, page.after, page.end):
                for entry in page.entries:
                    handle(entry)

    def is_transient(self, error: Exception) -> bool:
        """Whether the database is in trouble, and not a statement or its values wrong."""
        if isinstance(error, DBAPIError):
            return not isinstance(error, DataError | IntegrityError)
        return isinstance(error, PoolTimeoutError)


def _move(connection: Connection, old: int, new: int) -> bool:
    """False when another process has moved it; otherwise the row stays locked to the commit."""
    moved = connection.execute(
        update(meta)
        .where(meta.c.key == FEED_POSITION, meta.c.value == str(old))
        .values(value=str(new))
    )
    return moved.rowcount == 1
