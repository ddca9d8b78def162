"""Follows users_service: revocations from now on, people from where this database is."""

from collections.abc import Callable
from typing import Any

from flask import Flask

from messages_service.profiles import Profiles
from servicekit.feed import Feed, revocation_handlers
from servicekit.http import ServiceClient
from servicekit.identity import TokenVerifier

PERSON_CHANGED = ("user.created", "user.updated", "user.deactivated")


class PeopleFeed:
    """Two feeds: a process needs recent revocations, a database the people since its position."""

    def __init__(
        self, app: Flask, users: ServiceClient, profiles: Profiles, verifier: TokenVerifier
    ) -> None:
        self._app, self._users, self._profiles = app, users, profiles
        self._feeds = [Feed(users, revocation_handlers(verifier.revocations))]

    def start(self) -> None:
        with self._app.app_context():
            position = self._profiles.feed_position()
        store = self._in_app(self._profiles.store)
        saved = self._in_app(self._profiles.save_feed_position)
        handlers = dict.fromkeys(PERSON_CHANGED, store)
        self._feeds.append(Feed(self._users, handlers, after=position, saved=saved))
        for feed in self._feeds:
            feed.start()

    def stop(self) -> None:
        for feed in self._feeds:
            feed.stop()

    def _in_app(self, work: Callable[[Any], None]) -> Callable[[Any], None]:
        def run(value: Any) -> None:
            with self._app.app_context():
                work(value)

        return run
