"""Figures by day."""

from datetime import timedelta

import sqlalchemy as sa

from messages_service.administration.models import COUNTED_KEY
from messages_service.administration.usage import UsageCounter
from messages_service.models import messages, meta
from servicekit.data.db import core_transaction
from servicekit.times import utcnow
from tests.messages_service.conftest import Person


def test_messages_and_people_are_counted_once_by_their_day(
    admin: Person, bob: Person, charlie: Person, engine: sa.Engine
) -> None:
    room = bob.make_room(charlie)
    bob.send("one", room)
    bob.send("two", room)
    old = charlie.send("three", room)
    yesterday = utcnow() - timedelta(days=1)
    with core_transaction(engine) as running:
        running.connection.execute(
            sa.update(messages).where(messages.c.id == old["id"]).values(created_at=yesterday)
        )
        start = sa.update(meta).where(meta.c.key == COUNTED_KEY).values(value="0")
        running.connection.execute(start)

    counters = (UsageCounter(engine), UsageCounter(engine))
    for counter in counters * 2:
        counter.count()

    usage = admin.get("/api/usage?days=2").json
    assert [(day["messages"], day["people"]) for day in usage["days"]] == [(1, 1), (2, 1)]
    assert (usage["messages"], usage["people"]) == (3, 2)
    bob.send("four", room)
    counters[0].count()
    assert admin.get("/api/usage?days=2").json == usage, "it is not settled yet"
    counters[0].count()
    assert admin.get("/api/usage?days=2").json["messages"] == 4


def test_days_without_messages_are_there_too(admin: Person, bob: Person) -> None:
    assert len(admin.get("/api/usage?days=90").json["days"]) == 90
    assert admin.get("/api/usage?days=0").status_code == 422
    assert bob.get("/api/usage").status_code == 403
