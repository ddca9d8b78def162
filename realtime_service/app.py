"""Assembles the service; decides nothing."""

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
from realtime_service.features.nicknames import Nicknames
from realtime_service.features.presence import Presence
from realtime_service.features.profiles import ChangedProfiles
from realtime_service.features.recent_events import RecentEvents
from realtime_service.features.resuming import Resuming
from realtime_service.features.sending import MessageSender
from realtime_service.features.tutorial import TutorialEvents
from realtime_service.features.typing import TypingIndicators
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
KEY_SECONDS = 4.0
"""Of clients that all come back at the start, none is refused while the keys are on their way."""


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
    origins = allowed_origins((settings.public_url, settings.realtime_url), settings.tutorial)
    server = install_engine(app, settings, driver, origins)
    users = UsersService(_client(settings, settings.users_url))
    messages = MessagesService(_client(settings, settings.messages_url))
    verifier = TokenVerifier(users.client, patience_seconds=KEY_SECONDS)
    install_identity(app, verifier)
    entries = revocation_handlers(verifier)
    feed = Feed(users.client, entries)
    store = _store(settings)
    publisher = Publisher(settings.redis_url, driver)
    subscription = _subscription(settings, driver, publisher)
    sessions, channels = Sessions(), Channels(subscription.add, subscription.discard)
    memberships = Memberships(driver, messages)
    delivery = Delivery(driver, sessions, channels, subscription, memberships)
    nicknames = Nicknames(users)
    presence = Presence(driver, sessions, channels, publisher, store, settings.presence_room_limit)
    typing = TypingIndicators(sessions, channels, publisher)
    attendance = Attendance(driver, sessions, channels, delivery, publisher, messages, nicknames)
    recent = RecentEvents(driver, channels, messages)
    sockets = Sockets(
        settings,
        driver,
        server,
        authenticator=Authenticator(verifier, feed, store),
        sessions=sessions,
        channels=channels,
        delivery=delivery,
        subscription=subscription,
        memberships=memberships,
        presence=presence,
        typing=typing,
        attendance=attendance,
        sender=MessageSender(driver, messages, settings.rate_messages),
        queued={
            "join": attendance.handle_join,
            "leave": attendance.handle_leave,
            "resume": Resuming(channels, recent).handle_resume,
        },
    )
    sockets.install()
    delivery.on_missed.append(sockets.rejoin_channel)
    profiles = ChangedProfiles(driver, sessions)
    for feature in (presence, typing, attendance, nicknames, profiles, recent):
        feature.install(delivery)
    if settings.tutorial:
        TutorialEvents(channels).install(delivery)
    _route_feed(entries, sockets)
    _run_while_serving(app, subscription, delivery, sockets, presence, feed)
    return app


def _client(settings: RealtimeSettings, url: str) -> ServiceClient:
    return ServiceClient(url, service_secret=settings.service_secret)


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
    app: Flask,
    subscription: Subscription,
    delivery: Delivery,
    sockets: Sockets,
    presence: Presence,
    feed: Feed,
) -> None:
    add_ready_check(app, "redis", subscription.check)
    add_ready_check(app, "users_service", lambda: _check_feed(feed))
    start_subscription = partial(
        subscription.start, delivery.receive, sockets.leave_conversations, sockets.rejoin
    )
    in_background(app, start_subscription, subscription.stop)
    in_background(app, presence.start, presence.stop)
    in_background(app, feed.start, feed.stop)
    app.extensions["close_all"] = sockets.close_all


def _check_feed(feed: Feed) -> None:
    if not feed.has_synced.is_set():
        raise ConnectionError("users_service has not been reached yet")
