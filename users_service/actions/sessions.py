"""Sessions: log in, refresh, log out."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, or_, select, update

from servicekit.data.db import Transaction, transaction
from servicekit.identity.verify import Identity
from servicekit.times import utcnow
from servicekit.web.errors import NotFound
from users_service import access, log
from users_service.actions.revoke import revoke_one, revoke_sessions
from users_service.errors import SessionEnded, WrongLogin
from users_service.login_guard import begin_attempt, count_failure
from users_service.models import SCOPES, User, UserSession, db
from users_service.parts import parts
from users_service.queries import find_by_login
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


def log_in(
    login: str, password: str, user_agent: str, address: str, *, replaces: str | None = None
) -> tuple[Access, str]:
    """Start a session; returns its first access token and its session token. Raises WrongLogin.

    `replaces` is the session token that the browser had before: that session ends.
    """
    user_id, password_hash = _check_password(login, password, address)
    now = utcnow()
    session_token = new_secret(SESSION_TOKEN)
    session = UserSession(
        user_id=user_id,
        token_hash=secret_hash(session_token),
        user_agent=user_agent,
        address=address,
        created_at=now,
        last_used_at=now,
        expires_at=now + timedelta(seconds=parts().settings.session_max_seconds),
    )
    rehashed = _rehash_if_outdated(password, password_hash)
    with transaction(db) as change:
        log.lock(change)
        user = change.session.get_one(User, user_id)
        if not user.active or not _is_still(password, password_hash, user.password_hash):
            raise WrongLogin()  # just deactivated, or the password was changed
        if rehashed is not None and user.password_hash == password_hash:
            user.password_hash = rehashed
        if replaces is not None:
            _end_replaced(change, replaces)
        _limit_sessions(change, user_id, now)
        change.session.add(session)
    audit.info("logged in", user_id=user_id, session_id=session.id)
    return _access(user, session), session_token


def refresh(session_token: str) -> Access:
    """Create an access token for the session; raises SessionEnded."""
    now = utcnow()
    with transaction(db) as change:
        session = change.session.scalars(
            update(UserSession)
            .where(
                UserSession.token_hash == secret_hash(session_token),
                UserSession.revoked_at.is_(None),
                UserSession.expires_at > now,
                UserSession.last_used_at > idle_limit(now),
            )
            .values(last_used_at=now)
            .returning(UserSession)
        ).one_or_none()
        if session is None:
            raise SessionEnded()
        user = change.session.get_one(User, session.user_id)
    return _access(user, session)


def end_session(identity: Identity, session_id: int) -> None:
    """Log out the caller's own session; raises NotFound for others."""
    with transaction(db) as change:
        if not revoke_one(change, UserSession, identity.user_id, session_id):
            raise NotFound("You have no such session.")
    audit.info("session ended", user_id=identity.user_id, session_id=session_id)


def end_other_sessions(identity: Identity) -> None:
    """Log out everywhere except in the caller's own session."""
    with transaction(db) as change:
        log.lock(change)
        ended = revoke_sessions(change, identity.user_id, but=identity.sid)
    audit.info("other sessions ended", user_id=identity.user_id, count=ended)


def idle_limit(now: datetime) -> datetime:
    """Sessions last used before this time have ended."""
    return now - timedelta(seconds=parts().settings.session_idle_seconds)


def _check_password(login: str, password: str, address: str) -> tuple[int, str]:
    user = find_by_login(login)
    user_id, known, active = (
        (user.id, user.password_hash, user.active) if user else (None, None, False)
    )
    db.session().rollback()  # hashing takes a while: hold no connection
    attempt = begin_attempt(login, user_id)
    is_right = parts().passwords.matches(password, known)
    if user_id is None or known is None or not is_right or not active:
        count_failure(attempt)
        audit.warning("login failed", user_id=user_id, address=address)
        raise WrongLogin()
    return user_id, known


def _is_still(password: str, checked: str, stored: str | None) -> bool:
    """Whether the stored hash is the checked one, or a rehash by a concurrent login."""
    return stored == checked or parts().passwords.matches(password, stored)


def _rehash_if_outdated(password: str, password_hash: str) -> str | None:
    passwords = parts().passwords
    return passwords.hash(password) if passwords.is_outdated(password_hash) else None


def _end_replaced(change: Transaction, session_token: str) -> None:
    old = change.session.scalars(
        select(UserSession).where(UserSession.token_hash == secret_hash(session_token))
    ).one_or_none()
    if old is not None:
        revoke_one(change, UserSession, old.user_id, old.id)


def _limit_sessions(change: Transaction, user_id: int, now: datetime) -> None:
    """Delete old sessions, and end the least recently used ones above the limit."""
    old = now - KEPT_AFTER_END
    mine = UserSession.user_id == user_id
    change.session.execute(
        delete(UserSession).where(
            mine, or_(UserSession.revoked_at < old, UserSession.expires_at < old)
        )
    )
    surplus = change.session.scalars(
        select(UserSession.id)
        .where(mine, UserSession.revoked_at.is_(None))
        .order_by(UserSession.last_used_at.desc())
        .offset(MAX_SESSIONS - 1)
    ).all()
    for session_id in surplus:
        revoke_one(change, UserSession, user_id, session_id)


def _access(user: User, session: UserSession) -> Access:
    token, expires_in = access.access_token(user.id, session.sid, SCOPES, session.expires_at)
    return Access(token, expires_in, user, session)
