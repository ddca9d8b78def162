"""Sessions: log in, refresh, log out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select, update

from servicekit.data.db import Transaction, reading, transaction
from servicekit.times import utcnow
from users_service import access, errors, feed
from users_service.actions.revoke import revoke_one, revoke_sessions
from users_service.caller import Caller
from users_service.context import Context
from users_service.login_guard import begin_attempt, count_failure
from users_service.models import SCOPES, User, UserSession
from users_service.queries import find_by_login, idle_limit
from users_service.schemas import NewSession
from users_service.secret_tokens import SESSION_TOKEN, new_secret, secret_hash

MAX_SESSIONS = 100
KEPT_AFTER_END = timedelta(days=30)
audit = structlog.stdlib.get_logger("parley.audit")


@dataclass(frozen=True, slots=True)
class Access:
    """A new access token, its lifetime in seconds, and its holder."""

    token: str
    expires_in: int
    user: User
    session: UserSession


def log_in(context: Context, new: NewSession, user_agent: str, address: str) -> tuple[Access, str]:
    """Start a session; returns its first access token and its session token. Raises Unauthorized.

    The session that it replaces ends.
    """
    user_id, password_hash = _check_password(context, new, address)
    now = utcnow()
    session_token = new_secret(SESSION_TOKEN)
    session = UserSession(
        user_id=user_id,
        token_hash=secret_hash(session_token),
        user_agent=user_agent,
        address=address,
        created_at=now,
        last_used_at=now,
        expires_at=now + timedelta(seconds=context.settings.session_max_seconds),
    )
    rehashed = _rehash_if_outdated(context, new.password, password_hash)
    with transaction(context.db) as running:
        feed.lock(running)
        user = running.session.get_one(User, user_id)
        if not user.active or not _is_still(
            context, new.password, password_hash, user.password_hash
        ):
            raise errors.wrong_login()  # just deactivated, or the password was changed
        if rehashed is not None and user.password_hash == password_hash:
            user.password_hash = rehashed
        if new.replaces is not None:
            _end_replaced(context, running, new.replaces)
        _limit_sessions(context, running, user_id, now)
        running.session.add(session)
    audit.info("logged in", user_id=user_id, session_id=session.id)
    return _access(context, user, session), session_token


def refresh(context: Context, session_token: str) -> Access:
    """Create an access token for the session; raises Unauthorized."""
    now = utcnow()
    with transaction(context.db) as running:
        session = running.session.scalars(
            update(UserSession)
            .where(
                UserSession.token_hash == secret_hash(session_token),
                UserSession.revoked_at.is_(None),
                UserSession.expires_at > now,
                UserSession.last_used_at > idle_limit(context, now),
            )
            .values(last_used_at=now)
            .returning(UserSession)
        ).one_or_none()
        if session is None:
            raise errors.session_ended()
        user = running.session.get_one(User, session.user_id)
    return _access(context, user, session)


def end_session(context: Context, caller: Caller, session_id: int) -> None:
    """Log out the caller's own session; raises NotFound for others."""
    user_id = caller.require_person()
    with transaction(context.db) as running:
        if not revoke_one(context, running, UserSession, user_id, session_id):
            raise errors.no_such_session()
    audit.info("session ended", user_id=user_id, session_id=session_id)


def end_other_sessions(context: Context, caller: Caller) -> None:
    """Log out everywhere except in the caller's own session."""
    user_id = caller.require_person()
    with transaction(context.db) as running:
        feed.lock(running)
        ended = revoke_sessions(context, running, user_id, but=caller.sid)
    audit.info("other sessions ended", user_id=user_id, count=ended)


def _check_password(context: Context, new: NewSession, address: str) -> tuple[int, str]:
    with reading(context.db):  # hashing takes a while: hold no connection
        user = find_by_login(context, new.login)
        user_id, known, active = (
            (user.id, user.password_hash, user.active) if user else (None, None, False)
        )
    attempt = begin_attempt(context, new.login, user_id)
    is_right = context.passwords.matches(new.password, known)
    if user_id is None or known is None or not is_right or not active:
        count_failure(context, attempt)
        audit.warning("login failed", user_id=user_id, address=address)
        raise errors.wrong_login()
    return user_id, known


def _is_still(context: Context, password: str, checked: str, stored: str | None) -> bool:
    """Whether the stored hash is the checked one, or a rehash by a concurrent login."""
    return stored == checked or context.passwords.matches(password, stored)


def _rehash_if_outdated(context: Context, password: str, password_hash: str) -> str | None:
    passwords = context.passwords
    return passwords.hash(password) if passwords.is_outdated(password_hash) else None


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


def _access(context: Context, user: User, session: UserSession) -> Access:
    token, expires_in = access.access_token(
        context, user.id, session.sid, SCOPES, session.expires_at
    )
    return Access(token, expires_in, user, session)
