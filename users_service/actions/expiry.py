"""Ends expired sessions and tokens, so that their sockets are closed."""

from typing import Any

import structlog
from sqlalchemy import ColumnElement, or_, select, update

from servicekit.data.db import transaction
from servicekit.times import utcnow
from users_service import feed
from users_service.actions.revoke import publish_revocation
from users_service.context import Context
from users_service.models.sessions import ApiToken, UserSession
from users_service.queries.sessions import idle_limit

AT_ONCE = 500
audit = structlog.stdlib.get_logger("parley.audit")


def end_expired(context: Context) -> None:
    """End expired sessions and API tokens; each is published once."""
    now = utcnow()
    logins = or_(
        UserSession.expires_at <= now, UserSession.last_used_at <= idle_limit(context, now)
    )
    _end(context, UserSession, logins)
    _end(context, ApiToken, ApiToken.expires_at <= now)


def _end(
    context: Context, table: type[UserSession] | type[ApiToken], is_over: ColumnElement[Any]
) -> None:
    due = select(table.id).where(table.revoked_at.is_(None), is_over).limit(AT_ONCE)
    while ids := context.db.session().scalars(due).all():
        with transaction(context.db) as running:
            feed.lock(running)
            # Checked again: the session may have been used, or ended by another process.
            ended = running.session.execute(
                update(table)
                .where(table.id.in_(ids), table.revoked_at.is_(None), is_over)
                .values(revoked_at=utcnow())
                .returning(table.id, table.user_id)
            ).all()
            for entry_id, user_id in ended:
                publish_revocation(context, running, table, entry_id, user_id)
        audit.info("expired", table=table.__tablename__, count=len(ended))
