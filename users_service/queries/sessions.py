"""Reads of sessions and tokens."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, literal, or_, select, tuple_

from servicekit.data.pages import page_of, without_surplus
from servicekit.times import utcnow
from users_service import errors
from users_service.context import Context
from users_service.models.sessions import ApiToken, UserSession
from users_service.schemas.fields import EntryListQuery


def list_sessions(
    context: Context, user_id: int, query: EntryListQuery
) -> tuple[Sequence[UserSession], bool]:
    """A page of the live sessions, latest used first, and whether there are more."""
    sessions = _live_sessions(context, user_id)
    if query.before is not None:
        sessions = sessions.where(_use < _use_of(query.before))
    if query.after is not None:
        sessions = sessions.where(_use > _use_of(query.after))
    sessions = sessions.order_by(UserSession.last_used_at.desc(), UserSession.id.desc())
    found = context.db.session().scalars(sessions.limit(query.limit + 1)).all()
    return without_surplus(found, query)


def get_session(context: Context, user_id: int, session_id: int) -> UserSession:
    """Raises NotFound unless it is live, and that person's."""
    wanted = _live_sessions(context, user_id).where(UserSession.id == session_id)
    session = context.db.session().scalars(wanted).one_or_none()
    if session is None:
        raise errors.no_such_session()
    return session


def idle_limit(context: Context, now: datetime) -> datetime:
    """Sessions last used before this time have ended."""
    return now - timedelta(seconds=context.settings.session_idle_seconds)


def list_tokens(
    context: Context, user_id: int, query: EntryListQuery
) -> tuple[Sequence[ApiToken], bool]:
    """A page of the valid tokens, oldest first, and whether there are more."""
    tokens = page_of(_valid_tokens(user_id).order_by(ApiToken.id), ApiToken.id, query)
    return without_surplus(context.db.session().scalars(tokens).all(), query)


def get_token(context: Context, user_id: int, token_id: int) -> ApiToken:
    """Raises NotFound unless it is valid, and that person's."""
    wanted = _valid_tokens(user_id).where(ApiToken.id == token_id)
    token = context.db.session().scalars(wanted).one_or_none()
    if token is None:
        raise errors.no_such_token()
    return token


def _live_sessions(context: Context, user_id: int) -> Select[UserSession]:
    now = utcnow()
    return select(UserSession).where(
        UserSession.user_id == user_id,
        UserSession.revoked_at.is_(None),
        UserSession.expires_at > now,
        UserSession.last_used_at > idle_limit(context, now),
    )


_use = tuple_(UserSession.last_used_at, UserSession.id)


def _use_of(session_id: int) -> ColumnElement[Any]:
    """The place of a session in the order of use."""
    last = select(UserSession.last_used_at).where(UserSession.id == session_id)
    return tuple_(last.correlate(None).scalar_subquery(), literal(session_id))


def _valid_tokens(user_id: int) -> Select[ApiToken]:
    return select(ApiToken).where(
        ApiToken.user_id == user_id,
        ApiToken.revoked_at.is_(None),
        or_(ApiToken.expires_at.is_(None), ApiToken.expires_at > utcnow()),
    )
