"""A messages_service whose notifications take one turn at a time, and a push service."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask_openapi3.openapi import OpenAPI
from sqlalchemy import Engine, select, update

from messages_service.context import Context
from messages_service.models import outbox
from messages_service.notifications.background import Notifier
from messages_service.notifications.context import EXTENSION, Notifications
from messages_service.notifications.models import pushes
from messages_service.notifications.push_sender import PushSender
from messages_service.notifications.pushing import send_due
from messages_service.settings import MessagesSettings
from servicekit.public_web.addresses import Permits
from servicekit.public_web.client import PublicWeb
from servicekit.topics import MANY
from tests.messages_service.conftest import UsersService, make_settings
from tests.messages_service.notifications.push_service import PushService, running_push_service


@pytest.fixture
def settings(database_url: str, redis_url: str, users_service: UsersService) -> MessagesSettings:
    more = {"push_private_networks": True, "push_contact": "mailto:admin@example.com"}
    return make_settings(database_url, redis_url, users_service.url, **more)


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with running_push_service() as service:
        yield service


class Turns:
    """One process's share of the work, on request; and the clock of its pushes."""

    def __init__(
        self, app: OpenAPI, context: Context, engine: Engine, permits: Permits | None = None
    ) -> None:
        self.engine = engine
        notifications: Notifications = app.extensions[EXTENSION]
        web = PublicWeb("Parley", permits=permits or notifications.permits)
        self.sender = PushSender(web, notifications.vapid)
        self.notifier = Notifier(engine, context.publisher, self.sender)

    def decide(self) -> None:
        self.notifier.scan()

    def push(self) -> int:
        """Send what is due now; the number of pushes looked at."""
        return send_due(self.engine, self.sender)

    def pass_time(self, seconds: float) -> None:
        """Everything in the queue is due that much sooner."""
        with self.engine.begin() as connection:
            for row in connection.execute(select(pushes).where(pushes.c.due_at.is_not(None))).all():
                same = (pushes.c.subscription_id == row.subscription_id) & (pushes.c.tag == row.tag)
                due_at = row.due_at - timedelta(seconds=seconds)
                connection.execute(update(pushes).where(same).values(due_at=due_at))

    def push_later(self, seconds: float = 3) -> int:
        """Send what is due by then."""
        self.pass_time(seconds)
        return self.push()

    def notices(self) -> list[dict[str, Any]]:
        """Published notifications: `user_ids`, and the data of the notice."""
        topic = select(outbox.c.payload).where(outbox.c.topic == MANY).order_by(outbox.c.id)
        with self.engine.connect() as connection:
            found = [orjson.loads(payload) for payload in connection.execute(topic).scalars()]
        return [{"user_ids": each["user_ids"], **each["notice"]["data"]} for each in found]


MakeTurns = Callable[..., Turns]


@pytest.fixture
def make_turns(app: OpenAPI, parts: Context, engine: Engine) -> MakeTurns:
    """Each is a process of its own, as far as the database can tell."""
    return lambda **others: Turns(app, parts, engine, **others)


@pytest.fixture
def turns(make_turns: MakeTurns) -> Turns:
    return make_turns()
