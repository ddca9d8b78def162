"""API tokens: make, exchange for an access token, revoke."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import isinf

import structlog
from sqlalchemy import func, select

from servicekit.data.db import Transaction, transaction
from servicekit.identity.verify import Identity
from servicekit.times import utcnow
from servicekit.web.errors import Forbidden, NotFound, Unauthorized
from users_service import access, log
from users_service.actions.revoke import revoke_one
from users_service.errors import TooManyTokens
from users_service.models import ApiToken, User, db
from users_service.schemas import NewToken
from users_service.secret_tokens import API_TOKEN, new_secret, secret_hash

MAX_TOKENS = 100
audit = structlog.stdlib.get_logger("parley.audit")


def make_token(identity: Identity, wanted: NewToken) -> tuple[str, ApiToken]:
    """Create an API token; returns its secret, which is not stored, and its row."""
    if not identity.scopes.issuperset(wanted.scopes):
        raise Forbidden("A token cannot make one that may do more than itself.", "scope-missing")
    now = utcnow()
    expires_at = _end_of(identity, now, wanted.expires_in)
    with transaction(db) as change:
        log.lock(change)
        if not change.session.get_one(User, identity.user_id).active:
            raise Unauthorized("This account has just been deactivated.", "token-revoked")
        mine = select(func.count()).where(
            ApiToken.user_id == identity.user_id, ApiToken.revoked_at.is_(None)
        )
        if (change.session.scalar(mine) or 0) >= MAX_TOKENS:
            raise TooManyTokens(MAX_TOKENS)
        parent_id = _parent_of(change, identity)
        secret, token = add_token(
            change, identity.user_id, wanted.name, wanted.scopes, expires_at, parent_id
        )
    audit.info("token made", user_id=identity.user_id, token_id=token.id)
    return secret, token


def add_token(
    change: Transaction,
    user_id: int,
    name: str,
    scopes: Iterable[str],
    expires_at: datetime | None,
    parent_id: int | None = None,
) -> tuple[str, ApiToken]:
    """Create an API token within a transaction."""
    secret = new_secret(API_TOKEN)
    token = ApiToken(
        user_id=user_id,
        parent_id=parent_id,
        name=name,
        token_hash=secret_hash(secret),
        scopes=" ".join(sorted(set(scopes))),
        expires_at=expires_at,
    )
    change.session.add(token)
    change.session.flush()
    return secret, token


def exchange(api_token: str) -> tuple[str, int]:
    """An access token for an API token, and its lifetime in seconds; raises Unauthorized."""
    identity = access.identity_of_api_token(api_token)
    until = None if isinf(identity.token_expires) else _moment(identity.token_expires)
    return access.access_token(identity.user_id, identity.sid, identity.scopes, until)


def revoke_token(identity: Identity, token_id: int) -> None:
    """Revoke a token of the caller; raises NotFound for others."""
    with transaction(db) as change:
        if not revoke_one(change, ApiToken, identity.user_id, token_id):
            raise NotFound("You have no such token.")
    audit.info("token revoked", user_id=identity.user_id, token_id=token_id)


def _parent_of(change: Transaction, identity: Identity) -> int | None:
    """The id of the API token that creates another; Unauthorized if it was just revoked."""
    if not identity.sid.startswith("t"):
        return None
    parent = change.session.get(ApiToken, int(identity.sid[1:]))
    if parent is None or parent.revoked_at is not None:
        raise Unauthorized("This API token has just been revoked.", "token-revoked")
    return parent.id


def _end_of(identity: Identity, now: datetime, expires_in: int | None) -> datetime | None:
    """A token ends no later than the token that created it."""
    ends = [] if expires_in is None else [now + timedelta(seconds=expires_in)]
    if identity.sid.startswith("t"):
        parent = db.session().get(ApiToken, int(identity.sid[1:]))
        if parent is not None and parent.expires_at is not None:
            ends.append(parent.expires_at)
    return min(ends, default=None)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
