"""Assembles the service; decides nothing."""

from datetime import datetime
from functools import partial
from typing import Any

import redis
from flask import Flask

from realtime_service.asyncapi import describe_events, install_asyncapi
from realtime_service.attendance import Attendance
from realtime_service.clients import MessagesService, UsersService
from realtime_service.delivery import Delivery
from realtime_service.engine import install_engine
from realtime_service.fanout import Channels
from realtime_service.gate import Gate, allowed_origins
from realtime_service.names import Names
from realtime_service.presence import Presence
from realtime_service.roster import Roster
from realtime_service.settings import RealtimeSettings
from realtime_service.sockets import Sockets
from realtime_service.subscribe import Subscription
from realtime_service.tabs import Tabs
from realtime_service.texts import Texts
from realtime_service.tutorial import TutorialEvents
from realtime_service.typing_signs import TypingSigns
from realtime_service.worker import load_driver
from servicekit.http import ServiceClient
from servicekit.identity.feed import Feed, Handler, revocation_handlers
from servicekit.identity.verify import TokenVerifier, install_identity
from servicekit.web.app import create_service, in_background
from servicekit.web.app_state import add_ready_check

ALWAYS_HEARD = ("users", "heads", "live")
STORE_SECONDS = 1.0


def create_app(settings: RealtimeSettings) -> Flask:
    """realtime_service as `settings` says."""
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
    tabs = Tabs()
    subscription = Subscription(
        settings.redis_url,
        driver,
        canary_seconds=settings.canary_seconds,
        patterns=["conversation:*"] if settings.tutorial else [],
    )
    channels = Channels(subscription.add, subscription.discard)
    roster = Roster(driver, messages)
    delivery = Delivery(driver, tabs, channels, subscription, roster)
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
    names = Names(users)
    presence = Presence(driver, tabs, channels, subscription, store, settings.presence_room_limit)
    typing = TypingSigns(channels, subscription)
    attendance = Attendance(driver, tabs, channels, delivery, subscription, messages, names)
    sockets = Sockets(
        settings,
        driver,
        server,
        gate=Gate(verifier, feed, store),
        tabs=tabs,
        channels=channels,
        delivery=delivery,
        subscription=subscription,
        roster=roster,
        presence=presence,
        typing=typing,
        attendance=attendance,
        texts=Texts(driver, messages, settings.rate_messages),
    )
    sockets.install()
    _route_feed(entries, sockets)
    delivery.on_missed.append(sockets.bring_back_channel)
    delivery.on_profile.append(names.learn)
    for feature in (presence, typing, attendance):
        feature.install(delivery)
    if settings.tutorial:
        delivery.on_event.append(TutorialEvents(channels).watch)
    for topic in ALWAYS_HEARD:
        subscription.add(topic)

    install_asyncapi(app)
    add_ready_check(app, "redis", subscription.check)
    add_ready_check(app, "users_service", lambda: _check_feed(feed))
    app.extensions["goodbye"] = sockets.say_goodbye
    start_subscription = partial(
        subscription.start, delivery.take, sockets.leave_conversations, sockets.bring_back
    )
    in_background(app, start_subscription, subscription.stop)
    in_background(app, presence.start, presence.stop)
    in_background(app, feed.start, feed.stop)
    return app


def _route_feed(entries: dict[str, Handler], sockets: Sockets) -> None:
    """What ends sockets, also while Redis is away; after the revocation itself is known."""
    remember_session, remember_user = entries["session.revoked"], entries["user.revoked"]

    def end_session(data: dict[str, Any]) -> None:
        remember_session(data)
        sockets.cut_session(data["sid"])

    def end_user(data: dict[str, Any]) -> None:
        remember_user(data)
        sockets.cut_user(data["user_id"], datetime.fromisoformat(data["before"]).timestamp())

    entries["session.revoked"] = end_session
    entries["user.revoked"] = end_user
    entries["user.deactivated"] = lambda data: sockets.cut_user(data["id"])


def _check_feed(feed: Feed) -> None:
    if not feed.has_synced.is_set():
        raise ConnectionError("users_service has not been reached yet")
