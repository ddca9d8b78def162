"""Invites: make, use once, withdraw."""

from datetime import timedelta

import structlog
from sqlalchemy import update

from servicekit.data.db import Transaction, transaction
from servicekit.times import utcnow
from users_service import audit_log, errors
from users_service.caller import Caller
from users_service.context import Context
from users_service.models import Invite
from users_service.queries import open_invites
from users_service.schemas import NewInvite
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
        created_by=caller.require_person(),
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    with transaction(context.db) as running:
        running.session.add(invite)
        running.session.flush()
        audit_log.record(running, "invite.created", caller.user_id, invite=invite.id, role=new.role)
    audit.info("invite made", user_id=caller.user_id, invite_id=invite.id)
    return secret, invite


def open_invite(running: Transaction, secret: str) -> Invite:
    """The open invite of that secret; raises Invalid.

    The caller holds the feed's lock, so that only one account is made with it.
    """
    invite = running.session.scalars(
        open_invites().where(Invite.token_hash == secret_hash(secret))
    ).one_or_none()
    if invite is None:
        raise errors.invalid_invite()
    return invite


def use_up(invite: Invite, user_id: int) -> None:
    """Mark the invite as used by the new account `user_id`."""
    invite.used_at, invite.used_by = utcnow(), user_id


def withdraw_invite(context: Context, caller: Caller, invite_id: int) -> None:
    """Withdraw an open invite. For admins; raises NotFound if there is none."""
    caller.require_admin()
    with transaction(context.db) as running:
        found = running.session.scalar(
            update(Invite)
            .where(Invite.id == invite_id, Invite.used_at.is_(None), Invite.revoked_at.is_(None))
            .values(revoked_at=utcnow())
            .returning(Invite.id)
        )
        if found is None:
            raise errors.no_such_invite()
        audit_log.record(running, "invite.withdrawn", caller.user_id, invite=invite_id)
    audit.info("invite withdrawn", user_id=caller.user_id, invite_id=invite_id)
