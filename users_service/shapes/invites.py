"""Invites."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from users_service.shapes.values import InviteRole, Moment, ShownOnce


class Invite(TypedDict):
    id: int
    role: InviteRole
    uses: Annotated[int, Field(description="Accounts that can be created with it.")]
    used: Annotated[int, Field(description="Accounts that were created with it.")]
    user_ids: Annotated[list[int], Field(description="The people who came by it.")]
    open: Annotated[bool, Field(description="Whether it can still be used.")]
    created_by: int
    created_at: Moment
    expires_at: Moment


class CreatedInvite(Invite):
    token: ShownOnce
    url: str
