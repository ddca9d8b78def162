"""Messages and their authors by day (UTC): counted beside the requests, read at once."""

from collections import Counter
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, func, select, update

from messages_service.administration.models import COUNTED_KEY, usage_days, usage_people
from messages_service.administration.shapes import Usage, UsageDay
from messages_service.attachments.models import STORED, blobs
from messages_service.context import Context
from messages_service.models import messages, meta
from servicekit.data.db import core_transaction, insert_into
from servicekit.times import utcnow

AT_ONCE: Final = 1000


def read_usage(context: Context, days: int) -> Usage:
    """Figures of the last `days` days, today included; days without messages have zeros."""
    connection = context.connection
    today = utcnow().date()
    first = today - timedelta(days=days - 1)
    people = (
        select(usage_people.c.day, func.count().label("people"))
        .where(usage_people.c.day >= first)
        .group_by(usage_people.c.day)
        .subquery()
    )
    query = (
        select(usage_days.c.day, usage_days.c.messages, people.c.people)
        .select_from(usage_days.outerjoin(people, people.c.day == usage_days.c.day))
        .where(usage_days.c.day >= first)
    )
    found = {row.day: row for row in connection.execute(query)}
    active = select(func.count(usage_people.c.user_id.distinct())).where(
        usage_people.c.day >= first
    )
    stored = select(func.coalesce(func.sum(blobs.c.size), 0)).where(blobs.c.state == STORED)
    return {
        "people": connection.execute(active).scalar_one(),
        "messages": sum(row.messages for row in found.values()),
        "file_bytes": int(connection.execute(stored).scalar_one()),
        "days": [_day(first + timedelta(days=n), found) for n in range(days)],
    }


class UsageCounter:
    """Counts each message once, by its day, also those that an import dates back.

    Of transactions that overlap, the later id may be committed first. So a message is counted only
    when its id was seen by an earlier call: by then those before it are committed.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._settled_id = 0

    def count(self) -> None:
        """Count the messages that the last call saw."""
        settled_id = self._settled_id
        with self._engine.connect() as connection:
            newest = connection.execute(select(func.max(messages.c.id))).scalar()
        self._settled_id = newest or 0
        while self._count_some(settled_id):
            pass

    def _count_some(self, settled_id: int) -> bool:
        """Returns whether there may be more."""
        with core_transaction(self._engine) as running:
            connection = running.connection
            # Holds the row, so that several processes do not count a message twice.
            position = update(meta).where(meta.c.key == COUNTED_KEY).values(value=meta.c.value)
            counted_id = int(connection.execute(position.returning(meta.c.value)).scalar_one())
            query = (
                select(messages.c.id, messages.c.author_id, messages.c.created_at)
                .where(messages.c.id > counted_id, messages.c.id <= settled_id)
                .order_by(messages.c.id)
                .limit(AT_ONCE)
            )
            rows = connection.execute(query).all()
            if not rows:
                return False
            _add(connection, [(row.created_at.date(), row.author_id) for row in rows])
            reached = update(meta).where(meta.c.key == COUNTED_KEY)
            connection.execute(reached.values(value=str(rows[-1].id)))
        return len(rows) == AT_ONCE


def _add(connection: Connection, sent: list[tuple[date, int]]) -> None:
    for day, number in Counter(day for day, _ in sent).items():
        new = insert_into(connection, usage_days).values(day=day, messages=number)
        connection.execute(
            new.on_conflict_do_update(
                index_elements=["day"], set_={"messages": usage_days.c.messages + number}
            )
        )
    people = [{"day": day, "user_id": user_id} for day, user_id in sorted(set(sent))]
    connection.execute(
        insert_into(connection, usage_people).values(people).on_conflict_do_nothing()
    )


def _day(day: date, found: dict[date, Any]) -> UsageDay:
    row = found.get(day)
    return {
        "day": day.isoformat(),
        "messages": row.messages if row else 0,
        "people": (row.people or 0) if row else 0,
    }
