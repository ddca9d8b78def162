"""Invites: make, use, withdraw."""

from datetime import timedelta

import structlog

from servicekit.data.db import Transaction, transaction
from servicekit.times import utcnow
from users_service import audit_log, errors, feed
from users_service.caller import Caller
from users_service.context import Context
from users_service.models.invites import Invite, InviteUse
from users_service.queries.invites import get_invite, open_invites
from users_service.schemas.invites import NewInvite
from users_service.secret_tokens import INVITE, new_secret, secret_hash

audit = structlog.stdlib.get_logger("parley.audit")


def make_invite(context: Context, caller: Caller, new: NewInvite) -> tuple[str, Invite]:
    """Create an invite; returns its secret, which is not stored, and its row. For admins."""
    caller.require_admin()
    secret, now = new_secret(INVITE), utcnow()
    seconds = new.expires_in or context.settings.invite_seconds
    invite = Invite(
        token_hash=secret_hash(secret),
        role=new.role,
        uses=new.uses,
        used=0,
        created_by=caller.require_person(),
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    with transaction(context.db) as running:
        running.session.add(invite)
        running.session.flush()
        audit_log.record(
            running,
            "invite.created",
            caller.user_id,
            invite=invite.id,
            role=new.role,
            uses=new.uses,
        )
    audit.info("invite made", user_id=caller.user_id, invite_id=invite.id)
    return secret, invite


def open_invite(running: Transaction, secret: str) -> Invite:
    """The open invite of that secret; raises Invalid.

    The caller holds the feed's lock, so that no more accounts are made with it than `uses`.
    """
    invite = running.session.scalars(
        open_invites().where(Invite.token_hash == secret_hash(secret))
    ).one_or_none()
    if invite is None:
        raise errors.invalid_invite()
    return invite


def count_use(running: Transaction, invite: Invite, user_id: int) -> None:
    """Note that the new account `user_id` was created with this invite."""
    running.session.add(InviteUse(user_id=user_id, invite_id=invite.id))
    invite.used += 1
    if invite.used == invite.uses:
        invite.used_at = utcnow()


def withdraw_invite(context: Context, caller: Caller, invite_id: int) -> None:
    """Nobody else can use it; one that has ended stays as it is. For admins; raises NotFound."""
    caller.require_admin()
    with transaction(context.db) as running:
        feed.lock(running)
        invite = get_invite(context, invite_id)
        if invite.used_at is not None or invite.revoked_at is not None:
            return
        invite.revoked_at = utcnow()
        audit_log.record(running, "invite.withdrawn", caller.user_id, invite=invite_id)
    audit.info("invite withdrawn", user_id=caller.user_id, invite_id=invite_id)
