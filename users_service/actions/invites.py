"""Invites: make, use once, withdraw."""

from datetime import timedelta

import structlog
from sqlalchemy import update

from servicekit.data.db import Transaction, transaction
from servicekit.identity.verify import Identity
from servicekit.times import utcnow
from servicekit.web.errors import NotFound
from users_service.errors import AdminsOnly, InviteInvalid
from users_service.models import Invite, db
from users_service.parts import parts
from users_service.queries import open_invites
from users_service.schemas import NewInvite
from users_service.secret_tokens import INVITE, new_secret, secret_hash

audit = structlog.stdlib.get_logger("parley.audit")


def make_invite(identity: Identity, wanted: NewInvite) -> tuple[str, Invite]:
    """Create an invite; returns its secret, which is not stored, and its row. For admins."""
    require_admin(identity)
    secret, now = new_secret(INVITE), utcnow()
    seconds = wanted.expires_in or parts().settings.invite_seconds
    invite = Invite(
        token_hash=secret_hash(secret),
        role=wanted.role,
        created_by=identity.user_id,
        created_at=now,
        expires_at=now + timedelta(seconds=seconds),
    )
    with transaction(db) as change:
        change.session.add(invite)
    audit.info("invite made", user_id=identity.user_id, invite_id=invite.id)
    return secret, invite


def open_invite(change: Transaction, secret: str) -> Invite:
    """The open invite of that secret; raises InviteInvalid.

    The caller holds the log's lock, so that only one account is made with it.
    """
    invite = change.session.scalars(
        open_invites().where(Invite.token_hash == secret_hash(secret))
    ).one_or_none()
    if invite is None:
        raise InviteInvalid()
    return invite


def use_up(invite: Invite, user_id: int) -> None:
    """Mark the invite as used by the new account `user_id`."""
    invite.used_at, invite.used_by = utcnow(), user_id


def withdraw_invite(identity: Identity, invite_id: int) -> None:
    """Withdraw an open invite. For admins; raises NotFound if there is none."""
    require_admin(identity)
    with transaction(db) as change:
        found = change.session.scalar(
            update(Invite)
            .where(Invite.id == invite_id, Invite.used_at.is_(None), Invite.revoked_at.is_(None))
            .values(revoked_at=utcnow())
            .returning(Invite.id)
        )
        if found is None:
            raise NotFound("There is no such open invite.")
    audit.info("invite withdrawn", user_id=identity.user_id, invite_id=invite_id)


def require_admin(identity: Identity) -> None:
    """Raises AdminsOnly."""
    if not identity.is_admin:
        raise AdminsOnly()
