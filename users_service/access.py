"""Access tokens and realtime tickets: what is in them, and whether one is still good."""

import secrets
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from math import inf

from sqlalchemy import Select, select, update

from servicekit.db import transaction
from servicekit.errors import Unauthorized
from servicekit.identity import (
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
from users_service.models import ApiToken, User, UserSession, db
from users_service.parts import parts
from users_service.secret_tokens import secret_hash

TICKET_SECONDS = 30
TOUCH_AFTER = timedelta(minutes=1)


def access_token(
    user_id: int, role: str, sid: str, scopes: Iterable[str], until: datetime | None = None
) -> tuple[str, int]:
    """A signed token and its lifetime in seconds, which ends at `until` at the latest."""
    lifetime = ACCESS_TOKEN_SECONDS
    if until is not None:
        lifetime = max(1, min(lifetime, int((until - utcnow()).total_seconds())))
    return _sign(API_AUDIENCE, user_id, role, sid, scopes, lifetime), lifetime


def ticket(identity: Identity) -> tuple[str, int]:
    """What opens one socket for `identity`, and its lifetime in seconds."""
    user_id, role, sid, scopes = identity.user_id, identity.role, identity.sid, identity.scopes
    return _sign(REALTIME_AUDIENCE, user_id, role, sid, scopes, TICKET_SECONDS), TICKET_SECONDS


class OwnVerifier:
    """Checks tokens against this service's own tables, so that a revocation holds at once."""

    def verify(self, token: str, audience: str = API_AUDIENCE) -> Identity:
        """The identity that `token` proves; raises Unauthorized."""
        if token.startswith(API_TOKEN_PREFIX):
            return identity_of_api_token(token)
        claims = checked_claims(token, audience, parts().keys.public_key)
        identity = identity_from_claims(claims)
        role = _role_of(identity.sid)
        if role is None:
            raise Unauthorized("This session has been ended; sign in again.", "token-revoked")
        return replace(identity, role=role)


def identity_of_api_token(secret: str) -> Identity:
    """Who holds this API token; raises Unauthorized."""
    now = utcnow()
    row = db.session().execute(_holder_query(secret)).one_or_none()
    if row is None or (row[0].expires_at is not None and row[0].expires_at <= now):
        raise Unauthorized("This API token is unknown, expired or revoked.", "token-invalid")
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
        _touch(token.id, now)
    return identity


def _holder_query(secret: str) -> Select[ApiToken, str]:
    return (
        select(ApiToken, User.role)
        .join(User, User.id == ApiToken.user_id)
        .where(
            ApiToken.token_hash == secret_hash(secret), ApiToken.revoked_at.is_(None), User.active
        )
    )


def _touch(token_id: int, now: datetime) -> None:
    with transaction(db) as change:
        change.session.execute(
            update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)
        )


def _role_of(sid: str) -> str | None:
    """The holder's role while session or API token `sid` and the account are good."""
    table = UserSession if sid.startswith("s") else ApiToken
    return db.session().scalar(
        select(User.role)
        .join(table, table.user_id == User.id)
        .where(table.id == int(sid[1:]), table.revoked_at.is_(None), User.active)
    )


def _sign(
    audience: str, user_id: int, role: str, sid: str, scopes: Iterable[str], lifetime: int
) -> str:
    now = utcnow().timestamp()  # with fractions: a revocation and a new login may share a second
    return parts().keys.sign(
        {
            "iss": ISSUER,
            "aud": audience,
            "typ": TOKEN_TYPES[audience],
            "sub": str(user_id),
            "role": role,
            "sid": sid,
            "scope": " ".join(sorted(scopes)),
            "jti": secrets.token_urlsafe(12),
            "iat": now,
            "nbf": int(now),
            "exp": int(now) + lifetime,
        }
    )
