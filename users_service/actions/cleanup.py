"""Deletes rows that ended long ago, so that the tables do not grow for ever."""

from datetime import timedelta

import structlog
from sqlalchemy import ColumnElement, and_, delete, or_, select

from servicekit.data.db import transaction
from servicekit.times import utcnow
from users_service.audit_log import SESSION_ACTS
from users_service.context import Context
from users_service.models.invites import Invite
from users_service.models.place import AuditEntry
from users_service.models.sessions import ApiToken, UserSession
from users_service.models.sign_in import Challenge, PasswordReset

KEPT = timedelta(days=90)
AT_ONCE = 500
audit = structlog.stdlib.get_logger("parley.audit")


def delete_ended(context: Context) -> None:
    """Delete what ended ninety days ago, logins in the audit log, and challenges that are over."""
    before = utcnow() - KEPT
    _delete(context, UserSession, UserSession.revoked_at < before)
    _delete(context, ApiToken, ApiToken.revoked_at < before)
    over = (Invite.used_at < before, Invite.revoked_at < before, Invite.expires_at < before)
    _delete(context, Invite, or_(*over))
    _delete(context, PasswordReset, PasswordReset.expires_at < before)
    _delete(context, Challenge, Challenge.expires_at < utcnow())
    is_daily = AuditEntry.action.in_(SESSION_ACTS)
    _delete(context, AuditEntry, and_(is_daily, AuditEntry.date < before))


def _delete(
    context: Context,
    table: type[UserSession | ApiToken | Invite | PasswordReset | Challenge | AuditEntry],
    is_over: ColumnElement[bool],
) -> None:
    due = select(table.id).where(is_over).order_by(table.id).limit(AT_ONCE)
    while ids := context.db.session().scalars(due).all():
        with transaction(context.db) as running:
            running.session.execute(delete(table).where(table.id.in_(ids)))
        audit.info("deleted", table=table.__tablename__, count=len(ids))
