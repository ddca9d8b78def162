"""The feed: append(), the only way to report a change to the other services."""

from datetime import timedelta

from sqlalchemy import delete, insert, select, update

from servicekit.data.db import Transaction
from servicekit.identity.feed import (
    KEYS_RETIRED,
    PERSON_CHANGED,
    SESSION_REVOKED,
    USER_REVOKED,
)
from servicekit.identity.verify import ACCESS_TOKEN_SECONDS
from servicekit.times import utcnow
from servicekit.web.json import dumps
from users_service.models.feed import FeedEntry, FeedHead
from users_service.models.people import User
from users_service.publish import Publisher
from users_service.shapes.feed import FeedData, Profile

REVOCATIONS = (USER_REVOKED, SESSION_REVOKED, KEYS_RETIRED)
REVOCATION_LIFETIME = timedelta(seconds=ACCESS_TOKEN_SECONDS + 5 * 60)
"""After this time every revoked access token has expired."""
TIDY_EVERY = 256


def lock(running: Transaction) -> None:
    """Lock changes of people, so that what is read stays true until the commit."""
    running.session.execute(select(FeedHead.last_seq).with_for_update())


def append(running: Transaction, publisher: Publisher, kind: str, data: FeedData) -> int:
    """Write a feed entry, and an outbox row if it is published to Redis; returns the seq.

    Seqs count 1, 2, 3 … in the order of commits, because the head's row stays locked until then.
    """
    now = utcnow()
    seq: int = running.session.execute(
        update(FeedHead).values(last_seq=FeedHead.last_seq + 1).returning(FeedHead.last_seq)
    ).scalar_one()
    running.session.execute(
        insert(FeedEntry).values(seq=seq, type=kind, data=dumps(data), date=now)
    )
    if kind in PERSON_CHANGED:
        publisher.announce(running, dumps({"type": kind, "data": data, "date": now}))
    if seq % TIDY_EVERY == 0:
        _forget_old_revocations(running)
    return seq


def append_user(running: Transaction, publisher: Publisher, kind: str, user: User) -> int:
    """`append` with the profile of a person."""
    return append(running, publisher, kind, profile_of(user))


def profile_of(user: User) -> Profile:
    """The profile of a person that the other services copy."""
    return {
        "id": user.id,
        "name": user.name,
        "nickname": user.nickname,
        "email": user.email,
        "email_confirmed": user.email_verified_at is not None,
        "role": user.role,
        "active": user.active,
        "avatar_url": user.avatar_url,
        "title": user.title,
        "time_zone": user.time_zone,
        "language": user.language,
        "status": user.status,
        "dnd_until": user.quiet_until,
        "updated_at": user.updated_at,
    }


def _forget_old_revocations(running: Transaction) -> None:
    old = FeedEntry.date < utcnow() - 4 * REVOCATION_LIFETIME
    running.session.execute(delete(FeedEntry).where(FeedEntry.type.in_(REVOCATIONS), old))
