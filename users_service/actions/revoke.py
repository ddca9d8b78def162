"""End sessions and API tokens, and publish it in the same transaction."""

from sqlalchemy import select, update

from servicekit.data.db import Transaction
from servicekit.identity.feed import SESSION_REVOKED, USER_REVOKED
from servicekit.times import isoformat, utcnow
from users_service import feed
from users_service.context import Context
from users_service.models.sessions import ApiToken, UserSession
from users_service.shapes.feed import RevokedSession


def revoke_sessions(
    context: Context, running: Transaction, user_id: int, *, but: str | None = None
) -> int:
    """End the person's sessions except the one with the sid `but`; returns their number."""
    return _revoke(context, running, UserSession, "s", user_id, but)


def revoke_tokens(
    context: Context, running: Transaction, user_id: int, *, but: str | None = None
) -> int:
    """End the person's API tokens except the one with the sid `but`; returns their number."""
    return _revoke(context, running, ApiToken, "t", user_id, but)


def revoke_everything(context: Context, running: Transaction, user_id: int) -> None:
    """End the person's sessions and API tokens, and reject all their access tokens."""
    _revoke(context, running, UserSession, "s", user_id, None)
    _revoke(context, running, ApiToken, "t", user_id, None)
    feed.append(
        running,
        context.publisher,
        USER_REVOKED,
        {"user_id": user_id, "before": isoformat(utcnow())},
    )


def revoke_one(
    context: Context,
    running: Transaction,
    table: type[UserSession] | type[ApiToken],
    user_id: int,
    entry_id: int,
) -> bool:
    """End one session, or one API token and those created with it; False if there is none."""
    feed.lock(running)  # first, as everywhere, to avoid deadlocks
    found = running.session.execute(
        update(table)
        .where(table.id == entry_id, table.user_id == user_id, table.revoked_at.is_(None))
        .values(revoked_at=utcnow())
        .returning(table.id)
    ).one_or_none()
    if found is None:
        return False
    publish_revocation(context, running, table, entry_id, user_id)
    if table is ApiToken:
        children = select(ApiToken.id).where(ApiToken.parent_id == entry_id)
        for child_id in running.session.scalars(children).all():
            revoke_one(context, running, ApiToken, user_id, child_id)
    return True


def publish_revocation(
    context: Context,
    running: Transaction,
    table: type[UserSession] | type[ApiToken],
    entry_id: int,
    user_id: int,
) -> None:
    """Make every service reject the tokens and sockets of that session or API token."""
    letter = "s" if table is UserSession else "t"
    data: RevokedSession = {"sid": f"{letter}{entry_id}", "user_id": user_id}
    feed.append(running, context.publisher, SESSION_REVOKED, data)


def _revoke(
    context: Context,
    running: Transaction,
    table: type[UserSession] | type[ApiToken],
    letter: str,
    user_id: int,
    but: str | None,
) -> int:
    ids = running.session.scalars(
        select(table.id)
        .where(table.user_id == user_id, table.revoked_at.is_(None))
        .order_by(table.id)
    ).all()
    return sum(
        revoke_one(context, running, table, user_id, entry_id)
        for entry_id in ids
        if f"{letter}{entry_id}" != but
    )
