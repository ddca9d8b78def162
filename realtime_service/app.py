"""Assembles the service; decides nothing."""

from datetime import datetime
from typing import Any

import redis
from flask import Flask
from limits import parse

from realtime_service.asyncapi import install_asyncapi
from realtime_service.attendance import Attendance
from realtime_service.clients import MessagesService, UsersService
from realtime_service.delivery import Delivery
from realtime_service.engine import install_engine
from realtime_service.fanout import Rooms
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
from servicekit.app import create_service, in_background
from servicekit.feed import Feed, Handler, revocation_handlers
from servicekit.http import ServiceClient
from servicekit.identity import TokenVerifier, install_identity
from servicekit.kit import add_ready_check

ALWAYS_HEARD = ("users", "heads", "live")
STORE_SECONDS = 1.0


def create_app(settings: RealtimeSettings) -> Flask:
    """realtime_service as `settings` says."""
    app = create_service("realtime_service", settings, title="Parley realtime", description=__doc__)
    driver = load_driver(settings.async_driver)
    server = install_engine(
        app,
        settings,
        driver,
        allowed_origins((settings.public_url, settings.realtime_url), settings.tutorial),
    )
    tabs = Tabs()
    delivery = Delivery(driver, tabs)
    subscription = delivery.subscription = Subscription(
        settings.redis_url,
        driver,
        on_messages=delivery.take,
        on_loss=lambda: sockets.leave_conversations(),
        on_return=lambda reason: sockets.bring_back(reason),
        canary_seconds=settings.canary_seconds,
        patterns=["conversation:*"] if settings.tutorial else [],
    )
    rooms = delivery.rooms = Rooms(subscription.add, subscription.discard)
    users = UsersService(ServiceClient(settings.users_url, service_secret=settings.service_secret))
    messages = MessagesService(
        ServiceClient(settings.messages_url, service_secret=settings.service_secret)
    )
    store = redis.Redis.from_url(
        settings.redis_url,
        socket_timeout=STORE_SECONDS,
        socket_connect_timeout=STORE_SECONDS,
        retry=None,
    )
    verifier = TokenVerifier(users.client)
    install_identity(app, verifier)
    entries = revocation_handlers(verifier.revocations)
    feed = Feed(users.client, entries)
    names = Names(users)
    presence = Presence(driver, tabs, rooms, subscription, store, settings.presence_room_limit)
    typing = TypingSigns(rooms, subscription)
    attendance = Attendance(driver, tabs, delivery, subscription, messages, names)
    sockets = Sockets(
        settings,
        driver,
        server,
        gate=Gate(verifier, feed, store),
        tabs=tabs,
        rooms=rooms,
        delivery=delivery,
        subscription=subscription,
        roster=Roster(driver, messages),
        presence=presence,
        typing=typing,
        attendance=attendance,
        texts=Texts(driver, messages, parse(settings.rate_messages)),
    )
    sockets.install()
    _route_feed(entries, sockets)
    _route_topics(delivery, sockets, presence, typing, attendance, names)
    if settings.tutorial:
        delivery.watchers.append(TutorialEvents(rooms).watch)
    for topic in ALWAYS_HEARD:
        subscription.add(topic)

    install_asyncapi(app)
    add_ready_check(app, "redis", subscription.check)
    add_ready_check(app, "users_service", lambda: _check_feed(feed))
    app.extensions["goodbye"] = sockets.say_goodbye
    in_background(app, subscription.start, subscription.stop)
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


def _route_topics(
    delivery: Delivery,
    sockets: Sockets,
    presence: Presence,
    typing: TypingSigns,
    attendance: Attendance,
    names: Names,
) -> None:
    """Which part of this service takes which message of the topic `live`."""
    delivery.on_moved = presence.refresh
    delivery.on_missed = sockets.bring_back_room
    delivery.on_profile = names.learn
    delivery.watchers.append(attendance.watch)
    live = {
        "presence": presence.spread,
        "gone": presence.forget,
        "typing": typing.spread,
        "status": attendance.spread,
    }

    def take_live(data: dict[str, Any]) -> None:
        for kind, message in data.items():
            if kind in live:
                live[kind](message)

    delivery.handlers["live"] = take_live


def _check_feed(feed: Feed) -> None:
    if not feed.has_synced.is_set():
        raise ConnectionError("users_service has not been reached yet")
