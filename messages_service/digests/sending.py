"""Sends digests: one e-mail with all that a person has missed, at most one in a period."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Select, delete, or_, select, update

from messages_service.digests.models import digests, missed_messages
from messages_service.digests.writing import Addressee, DigestWriter, Line
from messages_service.models import profiles
from messages_service.notifications.logged import find_logged
from messages_service.notifications.recipients import recipients_of
from messages_service.notifications.rules import reason_to_notify
from messages_service.shapes.people import PublishedProfile
from servicekit.data.db import core_transaction, insert_into
from servicekit.data.leases import claim_row
from servicekit.http import ServiceClient, json_of
from servicekit.mail import Mailer, NotSent, Undeliverable
from servicekit.times import utcnow
from servicekit.web.errors import Unavailable

AT_ONCE: Final = 50
LEASE: Final = timedelta(minutes=10)
"""After a process has died, or the mail server refused the e-mail, the next attempt."""
log = logging.getLogger(__name__)


def send_digests(
    engine: Engine, users: ServiceClient, mailer: Mailer, writer: DigestWriter, period: timedelta
) -> None:
    """Send an e-mail to everybody who missed something and had none for `period`."""
    with engine.connect() as connection:
        due = connection.execute(_due(period)).all()
    for seen in due:
        if _claim(engine, seen):
            try:
                _send(engine, users, mailer, writer, seen.user_id)
            except NotSent as error:
                log.warning("the digest for user %s was not sent: %s", seen.user_id, error)


def _send(
    engine: Engine, users: ServiceClient, mailer: Mailer, writer: DigestWriter, user_id: int
) -> None:
    with engine.connect() as connection:
        rows = connection.execute(
            select(missed_messages).where(missed_messages.c.user_id == user_id)
        ).all()
        person = connection.execute(select(profiles).where(profiles.c.id == user_id)).one_or_none()
        lines, is_quiet = _lines(connection, user_id, rows)
    if is_quiet:
        _release(engine, user_id)
        return
    sent_at = None
    if lines and person is not None and _may_write_to(mailer, person):
        try:
            mailer.send(writer.write(_addressee(users, person), lines))
        except Undeliverable as error:
            log.warning("user %s has an e-mail address that is refused: %s", user_id, error)
        sent_at = utcnow()
    _finish(engine, user_id, rows, sent_at)


def _may_write_to(mailer: Mailer, person: Row[Any]) -> bool:
    return bool(person.email) and (person.email_confirmed or not mailer.confirmed_only)


def _addressee(users: ServiceClient, profile: Row[Any]) -> Addressee:
    """The language is asked for where none is known.

    The feed brings the profile of a person when it changes, so copies from before the column have
    no language.
    """
    person = Addressee(profile.id, profile.name, profile.email, profile.language, profile.time_zone)
    if person.language is not None:
        return person
    try:
        answer = users.get(f"/internal/users/{person.id}")
    except Unavailable:
        return person  # the e-mail is worth more than its language
    if answer.status_code != 200:
        return person
    current = json_of(answer, PublishedProfile)
    return replace(person, language=current.get("language"), time_zone=current.get("time_zone"))


def _lines(
    connection: Connection, user_id: int, rows: Sequence[Row[Any]]
) -> tuple[list[Line], bool]:
    """Messages that are still unread and readable, oldest first; and whether they have to wait."""
    logged = find_logged(connection, {(row.conversation_id, row.seq) for row in rows})
    messages = sorted(logged.values(), key=lambda each: each.data["id"])
    recipients = recipients_of(connection, messages, {user_id})
    now = utcnow()
    lines = []
    is_quiet = False
    for message in messages:
        person = recipients.find(message.conversation_id, user_id)
        reason = reason_to_notify(message.news(), person, "email", now)
        settings = recipients.settings.get(user_id)
        if reason is not None and settings is not None and settings["email_digest"]:
            is_quiet = is_quiet or person.is_quiet(now)
            shown = message.shown(reason, preview=settings["preview"], sound=False)
            lines.append(Line(shown, message.date))
    return lines, is_quiet


def _claim(engine: Engine, seen: Row[Any]) -> bool:
    """Whether this process sends the person's digest."""
    with core_transaction(engine) as running:
        first = insert_into(running.connection, digests).values(user_id=seen.user_id)
        running.connection.execute(first.on_conflict_do_nothing())
        lease = digests.c.claimed_until
        return claim_row(running.connection, lease, seen, utcnow() + LEASE) is not None


def _release(engine: Engine, user_id: int) -> None:
    """Give the claim up without an e-mail; a later round looks again."""
    with core_transaction(engine) as running:
        mine = update(digests).where(digests.c.user_id == user_id)
        running.connection.execute(mine.values(claimed_until=utcnow()))


def _finish(
    engine: Engine, user_id: int, rows: Sequence[Row[Any]], sent_at: datetime | None
) -> None:
    table = missed_messages.c
    done = (table.user_id == user_id) & table.message_id.in_([row.message_id for row in rows])
    # Not null: a process that saw the row before this digest must not claim it.
    values = {"claimed_until": utcnow()} | ({"sent_at": sent_at} if sent_at else {})
    with core_transaction(engine) as running:
        running.connection.execute(delete(missed_messages).where(done))
        running.connection.execute(
            update(digests).where(digests.c.user_id == user_id).values(values)
        )


def _due(period: timedelta) -> Select[Any]:
    now = utcnow()
    return (
        select(missed_messages.c.user_id, digests.c.claimed_until)
        .distinct()
        .outerjoin(digests, digests.c.user_id == missed_messages.c.user_id)
        .where(
            or_(digests.c.sent_at.is_(None), digests.c.sent_at <= now - period),
            or_(digests.c.claimed_until.is_(None), digests.c.claimed_until <= now),
        )
        .limit(AT_ONCE)
    )
