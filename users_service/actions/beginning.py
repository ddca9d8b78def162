"""The beginning of a session, which every way to log in shares."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog
from sqlalchemy import delete, or_, select

from servicekit.data.db import Transaction
from servicekit.times import utcnow
from users_service import access, audit_log
from users_service.actions.challenges import make_challenge
from users_service.actions.revoke import revoke_one
from users_service.context import Context
from users_service.models.people import User
from users_service.models.sessions import SCOPES, UserSession
from users_service.models.sign_in import AuthenticatorApp
from users_service.secret_tokens import SESSION_TOKEN, new_secret, secret_hash

MAX_SESSIONS: Final = 100
KEPT_AFTER_END: Final = timedelta(days=30)
SECOND_STEP: Final = "second-step"
SECOND_STEP_LIFETIME: Final = timedelta(minutes=10)
audit = structlog.stdlib.get_logger("parley.audit")


@dataclass(frozen=True, slots=True)
class Client:
    """From where somebody logs in, and the session token that this browser had before."""

    user_agent: str
    address: str
    replaces: str | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A new access token, its lifetime in seconds, and its holder."""

    token: str
    expires_in: int
    user: User
    session: UserSession


@dataclass(frozen=True, slots=True)
class Begun:
    """A session and its secret token."""

    session: UserSession
    session_token: str


@dataclass(frozen=True, slots=True)
class SecondStep:
    """A login that lacks its second step; the secret is the one of its challenge."""

    secret: str


def begin_or_ask(
    context: Context, running: Transaction, user: User, client: Client
) -> Begun | SecondStep:
    """Begin a session, or ask for the second step if the person has one."""
    if has_two_steps(running, user.id):
        return SecondStep(
            make_challenge(running, SECOND_STEP, SECOND_STEP_LIFETIME, user_id=user.id)
        )
    return begin(context, running, user, client)


def begin(context: Context, running: Transaction, user: User, client: Client) -> Begun:
    """Begin a session; the one that it replaces ends."""
    now = utcnow()
    session_token = new_secret(SESSION_TOKEN)
    session = UserSession(
        user_id=user.id,
        token_hash=secret_hash(session_token),
        user_agent=client.user_agent,
        address=client.address,
        created_at=now,
        last_used_at=now,
        confirmed_at=now,
        expires_at=now + timedelta(seconds=context.settings.session_max_seconds),
    )
    if client.replaces is not None:
        _end_replaced(context, running, client.replaces)
    _limit_sessions(context, running, user.id, now)
    running.session.add(session)
    audit_log.record(running, "session.created", user.id)
    return Begun(session, session_token)


def access_of(context: Context, session: UserSession) -> Access:
    """A new access token. Not within a transaction."""
    user = context.db.session().get_one(User, session.user_id)
    token, expires_in = access.access_token(
        context, user.id, session.sid, SCOPES, session.expires_at
    )
    return Access(token, expires_in, user, session)


def has_two_steps(running: Transaction, user_id: int) -> bool:
    """Whether the person's logins have a second step."""
    app = running.session.get(AuthenticatorApp, user_id)
    return app is not None and app.confirmed_at is not None


def _end_replaced(context: Context, running: Transaction, session_token: str) -> None:
    old = running.session.scalars(
        select(UserSession).where(UserSession.token_hash == secret_hash(session_token))
    ).one_or_none()
    if old is not None:
        revoke_one(context, running, UserSession, old.user_id, old.id)


def _limit_sessions(context: Context, running: Transaction, user_id: int, now: datetime) -> None:
    """Delete old sessions, and end the least recently used ones above the limit."""
    old = now - KEPT_AFTER_END
    mine = UserSession.user_id == user_id
    running.session.execute(
        delete(UserSession).where(
            mine, or_(UserSession.revoked_at < old, UserSession.expires_at < old)
        )
    )
    surplus = running.session.scalars(
        select(UserSession.id)
        .where(mine, UserSession.revoked_at.is_(None))
        .order_by(UserSession.last_used_at.desc())
        .offset(MAX_SESSIONS - 1)
    ).all()
    for session_id in surplus:
        revoke_one(context, running, UserSession, user_id, session_id)
