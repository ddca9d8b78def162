"""Requires a recent login or password before somebody changes how they log in."""

from datetime import datetime, timedelta
from typing import Final

from servicekit.times import utcnow
from users_service import errors
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.sessions import UserSession

CONFIRMED_FOR: Final = timedelta(minutes=10)


def confirmed_until(context: Context, caller: Caller) -> datetime | None:
    """Until when this session may change how its person logs in; None if it may not now."""
    if caller.session_id is None:
        return None
    session = context.db.session().get(UserSession, caller.session_id)
    if session is None or session.confirmed_at is None:
        return None
    until = session.confirmed_at + CONFIRMED_FOR
    return until if until > utcnow() else None


def require_confirmed(context: Context, caller: Caller) -> None:
    """Raises Forbidden unless the password, or a login, was given within CONFIRMED_FOR."""
    if caller.session_id is None:
        raise errors.session_needed()
    if confirmed_until(context, caller) is None:
        raise errors.confirmation_needed()
