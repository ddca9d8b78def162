"""Reads of invites."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, and_, select

from servicekit.data.pages import page_of, without_surplus
from servicekit.times import utcnow
from users_service import errors
from users_service.context import Context
from users_service.models.invites import Invite, InviteUse
from users_service.schemas.invites import InviteListQuery
from users_service.secret_tokens import secret_hash


def list_invites(context: Context, query: InviteListQuery) -> tuple[Sequence[Invite], bool]:
    """A page of the open or the ended invites, oldest first, and whether there are more."""
    wanted = select(Invite).where(~_is_open()) if query.ended else open_invites()
    invites = page_of(wanted.order_by(Invite.id), Invite.id, query)
    return without_surplus(context.db.session().scalars(invites).all(), query)


def people_by_invite(context: Context, invites: Sequence[Invite]) -> dict[int, list[int]]:
    """The ids of the people who came by each of these invites."""
    wanted = InviteUse.invite_id.in_([invite.id for invite in invites])
    found: dict[int, list[int]] = {invite.id: [] for invite in invites}
    for use in context.db.session().scalars(select(InviteUse).where(wanted)):
        found[use.invite_id].append(use.user_id)
    return found


def get_invite(context: Context, invite_id: int) -> Invite:
    """Raises NotFound; one that has ended is found for ninety days."""
    invite = context.db.session().get(Invite, invite_id)
    if invite is None:
        raise errors.no_such_invite()
    return invite


def is_open_invite(context: Context, secret: str) -> bool:
    """Whether the invite of that secret can be used."""
    wanted = open_invites().where(Invite.token_hash == secret_hash(secret))
    return context.db.session().scalars(wanted).one_or_none() is not None


def open_invites() -> Select[Invite]:
    """The invites that can still be used."""
    return select(Invite).where(_is_open())


def _is_open() -> ColumnElement[bool]:
    return and_(Invite.used_at.is_(None), Invite.revoked_at.is_(None), Invite.expires_at > utcnow())
