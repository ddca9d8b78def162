"""Requests for people."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field, RootModel, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from servicekit.web.paging import MAX_LIMIT
from servicekit.web.schemas import Body, Line, Path, TimeZone, WithinAYear
from users_service.profile_fields import Language, NewStatus, Title
from users_service.schemas.fields import (
    AnyPassword,
    Email,
    HandedOut,
    ListQuery,
    Name,
    NewPassword,
    Nickname,
)
from users_service.shapes.people import User
from users_service.shapes.values import Role, Theme

MAX_SEARCH = 100


def _split(value: Any) -> Any:
    """`ids=1,2` as well as `ids=1&ids=2`."""
    parts = value if isinstance(value, list) else [value]
    return [piece for part in parts for piece in str(part).split(",")]


class UserPath(Path):
    user_id: int = Field(description="The person's id.")


class NicknamePath(Path):
    nickname: str = Field(description="In any case.")


class UserListQuery(ListQuery):
    q: Annotated[Line, Field(max_length=MAX_SEARCH)] | None = Field(
        None, description="Part of a name or nickname, in any case."
    )
    ids: Annotated[
        list[Annotated[int, Field(ge=0)]] | None,
        BeforeValidator(_split),
        Field(max_length=MAX_LIMIT),
    ] = Field(None, description="Only these people (`1,2`), including inactive accounts.")
    inactive: bool = Field(False, description="Inactive accounts as well; for admins.")
    role: Role | None = Field(None, description="Only people with this role.")


class NewUser(Body):
    # Before the email, which bots need not have.
    role: Role | None = Field(
        None, description="For admins who create the account of another person."
    )
    name: Name
    email: Email | None = Field(
        None, description="Required, except for bots.", validate_default=True
    )
    nickname: Nickname
    password: NewPassword | None = Field(
        None, description="Without one the account has tokens only."
    )
    invite: HandedOut | None = Field(None, description="Required where accounts need an invite.")
    with_token: bool = Field(
        True, description="Create a first API token, which the answer contains."
    )

    @field_validator("email")
    @classmethod
    def _is_given_for_people(cls, email: str | None, info: ValidationInfo) -> str | None:
        if email is None and info.data.get("role") != "bot":
            raise PydanticCustomError("missing", "is missing")
        return email


class UserChanges(Body):
    """Absent fields stay unchanged. Null removes a title, time zone, language, status or end."""

    name: Name | None = None
    email: Email | None = None
    nickname: Nickname | None = None
    password: NewPassword | None = None
    current_password: AnyPassword | None = Field(
        None, description="Needed for your own new password."
    )
    revoke_tokens: bool = Field(
        True, description="A new password revokes API tokens too, except the one that was sent."
    )
    role: Role | None = Field(None, description="For admins.")
    active: bool | None = Field(None, description="For admins.")
    title: Title | None = Field(None, description="Your job or role here, for example.")
    time_zone: TimeZone | None = Field(None, examples=["Europe/Zurich"])
    language: Language | None = None
    theme: Theme | None = Field(None, description="How pages look; `system`: as the device does.")
    status: NewStatus | None = None
    dnd_until: WithinAYear | None = Field(None, description="Do not disturb me before this time.")


class PasswordChange(Body):
    password: NewPassword
    current_password: AnyPassword | None = None
    revoke_tokens: bool = Field(
        True, description="Revoke API tokens too, except the one that was sent."
    )


class UserList(RootModel[list[User]]):
    """By id."""
