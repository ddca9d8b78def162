"""Requests for invites."""

from pydantic import Field, RootModel

from servicekit.web.schemas import Body, Path
from users_service.schemas.fields import EntryListQuery
from users_service.shapes.invites import Invite
from users_service.shapes.values import InviteRole

MAX_USES = 1000


class InvitePath(Path):
    invite_id: int


class InviteToCheck(Body):
    token: str


class InviteListQuery(EntryListQuery):
    ended: bool = Field(False, description="Those that cannot be used any more, in their place.")


class NewInvite(Body):
    role: InviteRole = "member"
    uses: int = Field(1, ge=1, le=MAX_USES, description="Accounts that can be created with it.")
    expires_in: int | None = Field(None, ge=60, le=30 * 86400, description="Seconds.")


class InviteList(RootModel[list[Invite]]):
    """By id."""
