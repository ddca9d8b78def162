"""API tokens: make, exchange for an access token, revoke."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from math import isinf

import structlog
from sqlalchemy import func, select

from servicekit.data.db import Transaction, transaction
from servicekit.times import utcnow
from users_service import access, audit_log, errors, feed
from users_service.actions.revoke import revoke_one
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.people import User
from users_service.models.sessions import ApiToken
from users_service.schemas.sessions import NewToken
from users_service.secret_tokens import API_TOKEN, new_secret, secret_hash

MAX_TOKENS = 100
audit = structlog.stdlib.get_logger("parley.audit")


def make_token(
    context: Context, caller: Caller, new: NewToken, *, owner_id: int | None = None
) -> tuple[str, ApiToken]:
    """Create an API token of the caller, or of the bot `owner_id`.

    Returns its secret, which is not stored, and its row.
    """
    if not caller.scopes.issuperset(new.scopes):
        raise errors.scope_exceeded()
    actor_id, now = caller.require_person(), utcnow()
    user_id = owner_id or actor_id
    expires_at = _end_of(context, caller, now, new.expires_in)
    with transaction(context.db) as running:
        feed.lock(running)
        if not running.session.get_one(User, user_id).active:
            raise errors.account_deactivated()
        mine = select(func.count()).where(
            ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None)
        )
        if (running.session.scalar(mine) or 0) >= MAX_TOKENS:
            raise errors.too_many_tokens(MAX_TOKENS)
        parent_id = _parent_of(running, caller)
        secret, token = add_token(running, user_id, new.name, new.scopes, expires_at, parent_id)
        audit_log.record(
            running, "token.created", actor_id, owner_id, token=token.id, scopes=token.scopes
        )
    audit.info("token made", user_id=user_id, token_id=token.id, by=actor_id)
    return secret, token


def add_token(
    running: Transaction,
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
    running.session.add(token)
    running.session.flush()
    return secret, token


def exchange(context: Context, api_token: str) -> tuple[str, int]:
    """An access token for an API token, and its lifetime in seconds; raises Unauthorized."""
    identity = access.identity_of_api_token(context, api_token)
    until = None if isinf(identity.token_expires) else _moment(identity.token_expires)
    return access.access_token(context, identity.user_id, identity.sid, identity.scopes, until)


def revoke_token(
    context: Context, caller: Caller, token_id: int, *, owner_id: int | None = None
) -> None:
    """Revoke a token of the caller, or of the bot `owner_id`; raises NotFound for others."""
    actor_id = caller.require_person()
    user_id = owner_id or actor_id
    with transaction(context.db) as running:
        if not revoke_one(context, running, ApiToken, user_id, token_id):
            raise errors.no_such_token()
        audit_log.record(running, "token.revoked", actor_id, owner_id, token=token_id)
    audit.info("token revoked", user_id=user_id, token_id=token_id, by=actor_id)


def _parent_of(running: Transaction, caller: Caller) -> int | None:
    """The id of the API token that creates another; Unauthorized if it was just revoked."""
    if caller.token_id is None:
        return None
    parent = running.session.get(ApiToken, caller.token_id)
    if parent is None or parent.revoked_at is not None:
        raise errors.token_revoked()
    return parent.id


def _end_of(
    context: Context, caller: Caller, now: datetime, expires_in: int | None
) -> datetime | None:
    """A token ends no later than the token that created it."""
    ends = [] if expires_in is None else [now + timedelta(seconds=expires_in)]
    if caller.token_id is not None:
        parent = context.db.session().get(ApiToken, caller.token_id)
        if parent is not None and parent.expires_at is not None:
            ends.append(parent.expires_at)
    return min(ends, default=None)


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
