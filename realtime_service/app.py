"""Assembles the service; decides nothing."""

from datetime import datetime
from functools import partial
from typing import Any

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
from realtime_service.features.sending import MessageSender
from realtime_service.features.tutorial import TutorialEvents
from realtime_service.features.typing import TypingIndicators
from realtime_service.memberships import Memberships
from realtime_service.sessions import Sessions
from realtime_service.settings import RealtimeSettings
from realtime_service.sockets import Sockets
from realtime_service.subscribe import Subscription
from realtime_service.transport.engine import install_engine
from realtime_service.transport.worker import load_driver
from servicekit.http import ServiceClient
from servicekit.identity.feed import (
    SESSION_REVOKED,
    USER_DEACTIVATED,
    USER_REVOKED,
    Feed,
    Handler,
    revocation_handlers,
)
from servicekit.identity.verify import TokenVerifier, install_identity
from servicekit.topics import ALL_CONVERSATIONS, HEADS, LIVE, USERS
from servicekit.web.app import create_service, in_background
from servicekit.web.app_state import add_ready_check

ALWAYS_SUBSCRIBED = (USERS, HEADS, LIVE)
STORE_SECONDS = 1.0


def create_app(settings: RealtimeSettings) -> Flask:
    """Build realtime_service from `settings`."""
    app = create_service(
        "realtime_service",
        settings,
        title="Parley realtime",
        description="Delivers events over Socket.IO; see the Socket.IO events.",
        read_events=describe_events,
    )
    driver = load_driver(settings.async_driver)
    server = install_engine(
        app,
        settings,
        driver,
        allowed_origins((settings.public_url, settings.realtime_url), settings.tutorial),
    )
    users = UsersService(ServiceClient(settings.users_url, service_secret=settings.service_secret))
    messages = MessagesService(
        ServiceClient(settings.messages_url, service_secret=settings.service_secret)
    )
    sessions = Sessions()
    subscription = Subscription(
        settings.redis_url,
        driver,
        canary_seconds=settings.canary_seconds,
        patterns=[ALL_CONVERSATIONS] if settings.tutorial else [],
    )
    channels = Channels(subscription.add, subscription.discard)
    memberships = Memberships(driver, messages)
    delivery = Delivery(driver, sessions, channels, subscription, memberships)
    store = redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=STORE_SECONDS,
        socket_connect_timeout=STORE_SECONDS,
        retry=None,
    )
    verifier = TokenVerifier(users.client)
    install_identity(app, verifier)
    entries = revocation_handlers(verifier)
    feed = Feed(users.client, entries)
    nicknames = Nicknames(users)
    presence = Presence(
        driver, sessions, channels, subscription, store, settings.presence_room_limit
    )
    typing = TypingIndicators(sessions, channels, subscription)
    attendance = Attendance(driver, sessions, channels, delivery, subscription, messages, nicknames)
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
    )
    sockets.install()
    _route_feed(entries, sockets)
    delivery.on_missed.append(sockets.rejoin_channel)
    delivery.on_profile.append(nicknames.update)
    for feature in (presence, typing, attendance):
        feature.install(delivery)
    if settings.tutorial:
        delivery.on_event.append(TutorialEvents(channels).watch)
    for topic in ALWAYS_SUBSCRIBED:
        subscription.add(topic)

    install_asyncapi(app)
    add_ready_check(app, "redis", subscription.check)
    add_ready_check(app, "users_service", lambda: _check_feed(feed))
    app.extensions["close_all"] = sockets.close_all
    start_subscription = partial(
        subscription.start, delivery.receive, sockets.leave_conversations, sockets.rejoin
    )
    in_background(app, start_subscription, subscription.stop)
    in_background(app, presence.start, presence.stop)
    in_background(app, feed.start, feed.stop)
    return app


def _route_feed(entries: dict[str, Handler], sockets: Sockets) -> None:
    """Close the sockets of ended sessions, even while Redis is away."""
    remember_session, remember_user = entries[SESSION_REVOKED], entries[USER_REVOKED]

    def end_session(data: dict[str, Any]) -> None:
        remember_session(data)
        sockets.close_login_session(data["sid"])

    def end_user(data: dict[str, Any]) -> None:
        remember_user(data)
        sockets.close_user(data["user_id"], datetime.fromisoformat(data["before"]).timestamp())

    entries[SESSION_REVOKED] = end_session
    entries[USER_REVOKED] = end_user
    entries[USER_DEACTIVATED] = lambda data: sockets.close_user(data["id"])


def _check_feed(feed: Feed) -> None:
    if not feed.has_synced.is_set():
        raise ConnectionError("users_service has not been reached yet")
