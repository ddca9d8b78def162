"""Access tokens and realtime tickets: what is in them, and whether one is still good."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

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
    token = _sign(
        REALTIME_AUDIENCE,
        identity.user_id,
        identity.role,
        identity.sid,
        identity.scopes,
        TICKET_SECONDS,
    )
    return token, TICKET_SECONDS


class OwnVerifier:
    """Checks tokens against this service's own tables, so that a revocation holds at once."""

    def verify(self, token: str, audience: str = API_AUDIENCE) -> Identity:
        """The identity that `token` proves; raises Unauthorized."""
        if token.startswith(API_TOKEN_PREFIX):
            return identity_of_api_token(token)
        claims = checked_claims(token, audience, parts().keys.public_key)
        identity = identity_from_claims(claims)
        role = db.session().scalar(_role_query(identity.sid))
        if role is None:
            raise Unauthorized("This session has been ended; sign in again.", "token-revoked")
        return Identity(
            identity.user_id, role, identity.sid, identity.scopes,
            identity.token_expires, identity.issued_at, identity.token_id,
        )  # fmt: skip


def identity_of_api_token(token: str) -> Identity:
    """Who holds this API token; raises Unauthorized."""
    now = utcnow()
    row = (
        db.session()
        .execute(
            select(ApiToken, User.role)
            .join(User, User.id == ApiToken.user_id)
            .where(
                ApiToken.token_hash == secret_hash(token),
                ApiToken.revoked_at.is_(None),
                User.active,
            )
        )
        .one_or_none()
    )
    if row is None or (row.ApiToken.expires_at is not None and row.ApiToken.expires_at <= now):
        raise Unauthorized("This API token is unknown, expired or revoked.", "token-invalid")
    known: ApiToken = row.ApiToken
    expires = known.expires_at.timestamp() if known.expires_at else float("inf")
    identity = Identity(
        known.user_id,
        row.role,
        known.sid,
        frozenset(known.scopes.split()),
        expires,
        now.timestamp(),
    )
    if known.last_used_at is None or known.last_used_at < now - TOUCH_AFTER:
        _touch(known.id, now)
    return identity


def _touch(token_id: int, now: datetime) -> None:
    with transaction(db) as change:
        change.session.execute(
            update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now)
        )


def _role_query(sid: str) -> Select[tuple[str]]:
    """The holder's role while session or API token `sid` and the account are good."""
    table = UserSession if sid.startswith("s") else ApiToken
    return (
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
