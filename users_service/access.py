"""Access tokens and realtime tickets: making them, and checking whether they are still valid."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from sqlalchemy import Select, select, update

from servicekit.data.db import transaction
from servicekit.identity.verify import (
    ACCESS_TOKEN_SECONDS,
    API_AUDIENCE,
    API_TOKEN_PREFIX,
    ISSUER,
    REALTIME_AUDIENCE,
    TOKEN_TYPES,
    Identity,
    checked_claims,
    identity_from_claims,
)
from servicekit.times import utcnow
from users_service import errors, feed
from users_service.context import Context
from users_service.models.people import User
from users_service.models.sessions import ApiToken, UserSession
from users_service.secret_tokens import secret_hash

TICKET_SECONDS = 30
TOUCH_AFTER = timedelta(minutes=1)


def access_token(
    context: Context,
    user_id: int,
    sid: str,
    scopes: Iterable[str],
    until: datetime | None = None,
) -> tuple[str, int]:
    """Return a signed token and its lifetime in seconds, which ends at `until` at the latest.

    Raises Unauthorized when `sid` has just ended.
    """
    role, now = _role_and_moment(context, sid)
    lifetime = ACCESS_TOKEN_SECONDS
    if until is not None:
        lifetime = max(1, min(lifetime, int((until - now).total_seconds())))
    return _sign(context, API_AUDIENCE, user_id, role, sid, scopes, lifetime, now), lifetime


def ticket(context: Context, identity: Identity) -> tuple[str, int]:
    """Return a token that opens one socket for `identity`, and its lifetime in seconds."""
    role, now = _role_and_moment(context, identity.sid)
    token = _sign(
        context,
        REALTIME_AUDIENCE,
        identity.user_id,
        role,
        identity.sid,
        identity.scopes,
        TICKET_SECONDS,
        now,
    )
    return token, TICKET_SECONDS


class OwnVerifier:
    """Checks tokens against this service's own tables, so that revocations take effect at once."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def verify(self, token: str, audience: str = API_AUDIENCE) -> Identity:
        """The identity that `token` proves; raises Unauthorized."""
        if token.startswith(API_TOKEN_PREFIX):
            return identity_of_api_token(self._context, token)
        claims = checked_claims(token, audience, self._context.keys.public_key)
        identity = identity_from_claims(claims)
        return replace(identity, role=_role_of(self._context, identity.sid))


def identity_of_api_token(context: Context, secret: str) -> Identity:
    """The identity of the holder of this API token; raises Unauthorized."""
    now = utcnow()
    row = context.db.session().execute(_holder_query(secret)).one_or_none()
    if row is None or (row[0].expires_at is not None and row[0].expires_at <= now):
        raise errors.invalid_api_token()
    token, role = row
    identity = Identity(
        user_id=token.user_id,
        role=role,
        sid=token.sid,
        scopes=frozenset(token.scopes.split()),
        token_expires=token.expires_at.timestamp() if token.expires_at else inf,
        issued_at=now.timestamp(),
    )
    if token.last_used_at is None or token.last_used_at < now - TOUCH_AFTER:
        _touch(context, token.id, now)
    return identity


def _holder_query(secret: str) -> Select[ApiToken, str]:
    return (
        select(ApiToken, User.role)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == secret_hash(secret), ApiToken.revoked_at.is_(None), User.active
        )
    )


def _touch(context: Context, token_id: int, now: datetime) -> None:
    with transaction(context.db) as running:
        running.session.execute(
            update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)
        )


def _role_and_moment(context: Context, sid: str) -> tuple[str, datetime]:
    """The holder's role, and the time when it was read.

    Read under the lock that changes of roles and revocations hold: a token that names the old role
    is always older than the entry of the feed that refuses such tokens.
    """
    with transaction(context.db) as running:
        feed.lock(running)
        return _role_of(context, sid), utcnow()


def _role_of(context: Context, sid: str) -> str:
    """The holder's role; raises Unauthorized unless session or API token and account are valid."""
    table = UserSession if sid.startswith("s") else ApiToken
    role = context.db.session().scalar(
        select(User.role)
        .join(table, table.user_id == User.id)
        .where(table.id == int(sid[1:]), table.revoked_at.is_(None), User.active)
    )
    if role is None:
        raise errors.session_revoked()
    return role


def _sign(
    context: Context,
    audience: str,
    user_id: int,
    role: str,
    sid: str,
    scopes: Iterable[str],
    lifetime: int,
    now: datetime,
) -> str:
    issued = now.timestamp()  # with fractions: a revocation and a new login may share a second
    return context.keys.sign(
        {
            "iss": ISSUER,
            "aud": audience,
            "typ": TOKEN_TYPES[audience],
            "sub": str(user_id),
            "role": role,
            "sid": sid,
            "scope": " ".join(sorted(scopes)),
            "jti": secrets.token_urlsafe(12),
            "iat": issued,
            "nbf": int(issued),
            "exp": int(issued) + lifetime,
        }
    )
