"""Challenges: what a client must answer within minutes, once."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select, update

from servicekit.data.db import Transaction
from servicekit.times import utcnow
from users_service import errors
from users_service.context import Context
from users_service.models.sign_in import Challenge
from users_service.secret_tokens import CHALLENGE, new_secret, secret_hash


@dataclass(frozen=True, slots=True)
class UsedChallenge:
    """A challenge that has been answered, and cannot be answered again."""

    user_id: int | None
    session_id: int | None
    data: dict[str, Any]


def make_challenge(
    running: Transaction,
    purpose: str,
    lifetime: timedelta,
    *,
    user_id: int | None = None,
    session_id: int | None = None,
    data: dict[str, Any] | None = None,
) -> str:
    """Returns its secret, which is not stored."""
    secret = new_secret(CHALLENGE)
    running.session.add(
        Challenge(
            token_hash=secret_hash(secret),
            purpose=purpose,
            user_id=user_id,
            session_id=session_id,
            data=json.dumps(data or {}),
            expires_at=utcnow() + lifetime,
        )
    )
    return secret


def person_of(context: Context, secret: str, purpose: str) -> int:
    """The id of the person whose challenge it is; raises Unauthorized."""
    wanted = select(Challenge.user_id).where(*_is_open(secret, purpose))
    user_id = context.db.session().scalar(wanted)
    if user_id is None:
        raise errors.challenge_ended()
    return user_id


def count_attempt(running: Transaction, secret: str, purpose: str, most: int) -> None:
    """Raises Unauthorized after `most` attempts."""
    mine = update(Challenge).where(*_is_open(secret, purpose), Challenge.attempts < most)
    counted = mine.values(attempts=Challenge.attempts + 1).returning(Challenge.id)
    if running.session.execute(counted).one_or_none() is None:
        raise errors.challenge_ended()


def use_challenge(running: Transaction, secret: str, purpose: str) -> UsedChallenge:
    """Delete the challenge, as it is answered; raises Unauthorized."""
    used = delete(Challenge).where(*_is_open(secret, purpose))
    columns = Challenge.user_id, Challenge.session_id, Challenge.data
    row = running.session.execute(used.returning(*columns)).one_or_none()
    if row is None:
        raise errors.challenge_ended()
    return UsedChallenge(row.user_id, row.session_id, json.loads(row.data))


def _is_open(secret: str, purpose: str) -> tuple[Any, ...]:
    return (
        Challenge.token_hash == secret_hash(secret),
        Challenge.purpose == purpose,
        Challenge.expires_at > utcnow(),
    )
