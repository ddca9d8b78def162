"""Assembles the service; decides nothing."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial

import redis
from flask import Flask

from realtime_service.asyncapi import describe_events, install_asyncapi
from realtime_service.authentication import Authenticator, allowed_origins
from realtime_service.clients import MessagesService, UsersService
from realtime_service.delivery import Delivery
from realtime_service.fanout import Channels
from realtime_service.features.attendance import Attendance
from realtime_service.features.event_queue import Handle
from realtime_service.features.nicknames import Nicknames
from realtime_service.features.presence import Presence
from realtime_service.features.profiles import ChangedProfiles
from realtime_service.features.recent_events import RecentEvents
from realtime_service.features.resuming import Resuming
from realtime_service.features.sending import MessageSender
from realtime_service.features.tutorial import TutorialEvents
from realtime_service.features.typing import TypingIndicators
from realtime_service.joining import Joining
from realtime_service.memberships import Memberships
from realtime_service.publish import Publisher
from realtime_service.sessions import Sessions
from realtime_service.settings import RealtimeSettings
from realtime_service.sockets import Sockets
from realtime_service.subscribe import Subscription
from realtime_service.transport.engine import install_engine
from realtime_service.transport.worker import Driver, load_driver
from servicekit.http import ServiceClient
from servicekit.identity.feed import (
    SESSION_REVOKED,
    USER_DEACTIVATED,
    USER_REVOKED,
    Feed,
    Handler,
    RevokedSession,
    RevokedUser,
    revocation_handlers,
)
from servicekit.identity.verify import TokenVerifier, install_identity
from servicekit.topics import ALL_CONVERSATIONS, HEADS, LIVE, MANY, USERS
from servicekit.web.app import create_service, in_background
from servicekit.web.app_state import add_ready_check

STORE_SECONDS = 1.0
CALL_TIMEOUT = (4.0, 5.0)
"""In a storm of connections, seconds pass before a connection that was made is looked at."""
KEY_SECONDS = 4.0
"""Of clients that all come back at the start, none is refused while the keys are on their way."""


@dataclass(frozen=True)
class Core:
    """The sessions of this process, their channels, and the way from Redis to them."""

    sessions: Sessions
    channels: Channels
    publisher: Publisher
    subscription: Subscription
    memberships: Memberships
    delivery: Delivery


@dataclass(frozen=True)
class Features:
    """Installed: each is called by `delivery` for the messages that concern it."""

    presence: Presence
    typing: TypingIndicators
    attendance: Attendance
    nicknames: Nicknames
    profiles: ChangedProfiles
    recent: RecentEvents


def create_app(settings: RealtimeSettings) -> Flask:
    """Build realtime_service from `settings`."""
    app = create_service(
        "realtime_service",
        settings,
        title="Parley realtime",
        description="Delivers events over Socket.IO; see the Socket.IO events.",
        read_events=describe_events,
    )
    install_asyncapi(app)
    driver = load_driver(settings.async_driver)
    users = UsersService(_client(settings, settings.users_url))
    messages = MessagesService(_client(settings, settings.messages_url))
    verifier = TokenVerifier(users.client, patience_seconds=KEY_SECONDS)
    install_identity(app, verifier)
    entries = revocation_handlers(verifier)
    feed = Feed(users.client, entries)
    store = _store(settings)
    core = _make_core(settings, driver, messages)
    features = _make_features(settings, driver, core, users, messages, store)
    joining = _make_joining(driver, core, features)
    authenticator = Authenticator(verifier, feed, store)
    origins = allowed_origins((settings.public_url, settings.realtime_url), settings.tutorial)
    server = install_engine(app, settings, driver, origins)
    sockets = Sockets(
        settings,
        driver,
        server,
        authenticator=authenticator,
        sessions=core.sessions,
        channels=core.channels,
        joining=joining,
        presence=features.presence,
        typing=features.typing,
        attendance=features.attendance,
        sender=MessageSender(driver, messages, settings.rate_messages),
        queued=_queued_events(core, features),
    )
    sockets.install()
    _route_feed(entries, sockets)
    in_background(app, verifier.fetch_keys)
    _run_while_serving(app, core, joining, features.presence, feed)
    app.extensions["close_all"] = sockets.close_all
    return app


def _make_core(settings: RealtimeSettings, driver: Driver, messages: MessagesService) -> Core:
    publisher = Publisher(settings.redis_url, driver)
    subscription = _subscription(settings, driver, publisher)
    sessions, channels = Sessions(), Channels(subscription.add, subscription.discard)
    memberships = Memberships(driver, messages)
    delivery = Delivery(driver, sessions, channels, subscription, memberships)
    return Core(sessions, channels, publisher, subscription, memberships, delivery)


def _make_features(
    settings: RealtimeSettings,
    driver: Driver,
    core: Core,
    users: UsersService,
    messages: MessagesService,
    store: redis.Redis,
) -> Features:
    sessions, channels, publisher = core.sessions, core.channels, core.publisher
    room_limit = settings.presence_room_limit
    nicknames = Nicknames(users)
    features = Features(
        presence=Presence(driver, sessions, channels, publisher, store, room_limit),
        typing=TypingIndicators(sessions, channels, publisher),
        attendance=Attendance(
            driver, sessions, channels, core.delivery, publisher, messages, nicknames
        ),
        nicknames=nicknames,
        profiles=ChangedProfiles(driver, sessions),
        recent=RecentEvents(driver, channels, messages),
    )
    for feature in (
        features.presence,
        features.typing,
        features.attendance,
        features.nicknames,
        features.profiles,
        features.recent,
    ):
        feature.install(core.delivery)
    if settings.tutorial:
        TutorialEvents(channels).install(core.delivery)
    return features


def _make_joining(driver: Driver, core: Core, features: Features) -> Joining:
    joining = Joining(
        driver,
        core.sessions,
        core.channels,
        core.subscription,
        core.memberships,
        core.delivery,
        features.presence,
        features.attendance,
    )
    core.delivery.on_missed.append(joining.rejoin_channel)
    return joining


def _queued_events(core: Core, features: Features) -> dict[str, Handle]:
    return {
        "join": features.attendance.handle_join,
        "leave": features.attendance.handle_leave,
        "resume": Resuming(core.channels, features.recent).handle_resume,
    }


def _client(settings: RealtimeSettings, url: str) -> ServiceClient:
    return ServiceClient(url, service_secret=settings.service_secret, timeout=CALL_TIMEOUT)


def _store(settings: RealtimeSettings) -> redis.Redis:
    return redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=STORE_SECONDS,
        socket_connect_timeout=STORE_SECONDS,
        retry=None,
    )


def _subscription(settings: RealtimeSettings, driver: Driver, publisher: Publisher) -> Subscription:
    subscription = Subscription(
        settings.redis_url,
        driver,
        publisher,
        canary_seconds=settings.canary_seconds,
        patterns=[ALL_CONVERSATIONS] if settings.tutorial else [],
    )
    for topic in (USERS, HEADS, LIVE, MANY):
        subscription.add(topic)
    return subscription


def _route_feed(entries: dict[str, Handler], sockets: Sockets) -> None:
    """Close the sockets of ended sessions, even while Redis is away."""
    remember_session, remember_user = entries[SESSION_REVOKED], entries[USER_REVOKED]

    def end_session(data: RevokedSession) -> None:
        remember_session(data)
        sockets.close_login_session(data["sid"])

    def end_user(data: RevokedUser) -> None:
        remember_user(data)
        sockets.close_user(data["user_id"], datetime.fromisoformat(data["before"]).timestamp())

    entries[SESSION_REVOKED] = end_session
    entries[USER_REVOKED] = end_user
    entries[USER_DEACTIVATED] = lambda data: sockets.close_user(data["id"])


def _run_while_serving(
    app: Flask, core: Core, joining: Joining, presence: Presence, feed: Feed
) -> None:
    subscription = core.subscription
    add_ready_check(app, "redis", subscription.check)
    add_ready_check(app, "users_service", lambda: _check_feed(feed))
    start_subscription = partial(
        subscription.start, core.delivery.receive, joining.leave_all, joining.rejoin_all
    )
    in_background(app, start_subscription, subscription.stop)
    in_background(app, presence.start, presence.stop)
    in_background(app, feed.start, feed.stop)


def _check_feed(feed: Feed) -> None:
    if not feed.has_synced.is_set():
        raise ConnectionError("users_service has not been reached yet")
