"""Sessions: log in with a password and perhaps a code, refresh, confirm, log out."""

import structlog
from sqlalchemy import update

from servicekit.data.db import reading, transaction
from servicekit.times import utcnow
from users_service import audit_log, errors, feed
from users_service.actions.beginning import (
    SECOND_STEP,
    Access,
    Begun,
    Client,
    SecondStep,
    access_of,
    begin,
    begin_or_ask,
)
from users_service.actions.challenges import count_attempt, person_of, use_challenge
from users_service.actions.revoke import revoke_one, revoke_sessions
from users_service.actions.two_step import accept_code
from users_service.caller import Caller
from users_service.context import Context
from users_service.login_guard import (
    begin_attempt,
    begin_second_step,
    count_failure,
    count_wrong_password,
    require_password_try,
)
from users_service.models.people import User
from users_service.models.sessions import UserSession
from users_service.queries.people import find_by_login
from users_service.queries.sessions import idle_limit
from users_service.schemas.sessions import NewSession
from users_service.schemas.sign_in import NewSessionWithCode
from users_service.secret_tokens import secret_hash

MOST_CODES = 5
"""Wrong codes after one password; then it has to be entered again."""
audit = structlog.stdlib.get_logger("parley.audit")


def log_in(context: Context, new: NewSession, client: Client) -> tuple[Access, str]:
    """Start a session; returns its first access token and its session token.

    Raises Unauthorized, also with the challenge for a second step.
    """
    user_id, password_hash = _check_password(context, new, client.address)
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
        step = begin_or_ask(context, running, user, client)
    return started(context, step)


def started(context: Context, step: Begun | SecondStep) -> tuple[Access, str]:
    """The session that has begun; raises Unauthorized if a second step is needed."""
    if isinstance(step, SecondStep):
        raise errors.second_factor_required(step.secret)
    audit.info("logged in", user_id=step.session.user_id, session_id=step.session.id)
    return access_of(context, step.session), step.session_token


def finish_with_code(
    context: Context, given: NewSessionWithCode, client: Client
) -> tuple[Access, str]:
    """The second step: a code of the app, or a recovery code. Raises Unauthorized, TooMany."""
    with reading(context.db):
        user_id = person_of(context, given.challenge, SECOND_STEP)
    attempt = begin_second_step(context, user_id)
    begun = None
    with transaction(context.db) as running:
        feed.lock(running)
        count_attempt(running, given.challenge, SECOND_STEP, MOST_CODES)
        user = running.session.get_one(User, user_id)
        if user.active and accept_code(context, running, user_id, given.code):
            use_challenge(running, given.challenge, SECOND_STEP)
            begun = begin(context, running, user, client)
    if begun is None:
        is_locked = count_failure(context, attempt)
        _record_failure(context, user_id, is_locked=is_locked)
        audit.warning("wrong code", user_id=user_id, address=client.address)
        raise errors.wrong_code()
    return started(context, begun)


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
    return access_of(context, session)


def confirm(context: Context, caller: Caller, password: str) -> None:
    """Note that the person at this session knows the password; raises Forbidden, TooMany."""
    user_id = caller.require_person()
    if caller.session_id is None:
        raise errors.session_needed()
    with reading(context.db):  # hashing takes a while: hold no connection
        known = context.db.session().get_one(User, user_id).password_hash
    if known is None:
        raise errors.no_password()
    require_password_try(context, caller)
    if not context.passwords.matches(password, known):
        count_wrong_password(context, caller)
        audit.warning("wrong current password", user_id=user_id)
        raise errors.wrong_password()
    with transaction(context.db) as running:
        mine = update(UserSession).where(UserSession.id == caller.session_id)
        running.session.execute(mine.values(confirmed_at=utcnow()))


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
        audit_log.record(running, "sessions.ended", user_id, user_id, count=ended)
    audit.info("other sessions ended", user_id=user_id, count=ended)


def end_sessions_of(context: Context, caller: Caller, user_id: int) -> None:
    """Log a person out everywhere. For admins; raises NotFound."""
    caller.require_admin()
    with transaction(context.db) as running:
        feed.lock(running)
        if running.session.get(User, user_id) is None:
            raise errors.no_such_person()
        ended = revoke_sessions(context, running, user_id)
        audit_log.record(running, "sessions.ended", caller.user_id, user_id, count=ended)
    audit.info("sessions ended", user_id=user_id, by=caller.user_id, count=ended)


def _check_password(context: Context, new: NewSession, address: str) -> tuple[int, str]:
    with reading(context.db):  # hashing takes a while: hold no connection
        user = find_by_login(context, new.login)
        user_id, known, active = (
            (user.id, user.password_hash, user.active) if user else (None, None, False)
        )
    attempt = begin_attempt(context, new.login, user_id)
    is_right = context.passwords.matches(new.password, known)
    if user_id is None or known is None or not is_right or not active:
        is_locked = count_failure(context, attempt)
        _record_failure(context, user_id, is_locked=is_locked)
        audit.warning("login failed", user_id=user_id, address=address)
        raise errors.wrong_login()
    return user_id, known


def _record_failure(context: Context, user_id: int | None, *, is_locked: bool) -> None:
    """Unknown logins are recorded as well: an answer in less time would reveal them."""
    with transaction(context.db) as running:
        audit_log.record(running, "session.failed", None, user_id)
        if is_locked:
            audit_log.record(running, "session.locked", None, user_id)


def _is_still(context: Context, password: str, checked: str, stored: str | None) -> bool:
    """Whether the stored hash is the checked one, or a rehash by a concurrent login."""
    return stored == checked or context.passwords.matches(password, stored)


def _rehash_if_outdated(context: Context, password: str, password_hash: str) -> str | None:
    passwords = context.passwords
    return passwords.hash(password) if passwords.is_outdated(password_hash) else None
