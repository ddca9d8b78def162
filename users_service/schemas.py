"""Requests of users_service, and its lists; OpenAPI is generated from them."""

from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    RootModel,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from servicekit.language import _
from servicekit.web.paging import MAX_LIMIT, PageQuery
from servicekit.web.schemas import Body, Line, Path, Query, WithinAYear
from users_service.names import clean_email, clean_name, clean_nickname
from users_service.passwords import MAX_LENGTH, MIN_LENGTH
from users_service.profile_fields import Language, NewStatus, TimeZone, Title
from users_service.shapes import (
    AuditEntry,
    Invite,
    InviteRole,
    Passkey,
    Registration,
    Role,
    Scope,
    Session,
    Theme,
    Token,
    User,
)

MAX_ID = 2**31 - 1
"""The id columns are 32-bit integers in PostgreSQL."""
MAX_NAME = 100
MAX_EMAIL = 254
MAX_PLACE_NAME = 80
MAX_USES = 1000
MAX_TOKEN_NAME = 100
MAX_SEARCH = 100
YEARS_10 = 10 * 365 * 86400


def _split(value: Any) -> Any:
    """`ids=1,2` as well as `ids=1&ids=2`."""
    parts = value if isinstance(value, list) else [value]
    return [piece for part in parts for piece in str(part).split(",")]


def _encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ValueError(_("must be valid Unicode without lone surrogates")) from None
    return value


Name = Annotated[Line, Field(min_length=1, max_length=MAX_NAME), AfterValidator(clean_name)]
Nickname = Annotated[
    Line,
    AfterValidator(clean_nickname),
    Field(
        min_length=1,
        max_length=64,
        description="1 to 32 letters and digits of any script, `.`, `_` and `-`.",
        examples=["alice"],
    ),
]
Email = Annotated[
    Line,
    AfterValidator(clean_email),
    Field(min_length=3, max_length=MAX_EMAIL, json_schema_extra={"format": "email"}),
]
AnyPassword = Annotated[str, AfterValidator(_encodable), Field(min_length=1, max_length=MAX_LENGTH)]
NewPassword = Annotated[
    str, AfterValidator(_encodable), Field(min_length=MIN_LENGTH, max_length=MAX_LENGTH)
]
HandedOut = Annotated[Line, Field(min_length=1, max_length=200)]


class UserPath(Path):
    user_id: int = Field(description="The person's id.")


class NicknamePath(Path):
    nickname: str = Field(description="In any case.")


class SessionPath(Path):
    session_id: int


class TokenPath(Path):
    token_id: int


class BotTokenPath(UserPath):
    token_id: int


class InvitePath(Path):
    invite_id: int


class PasswordResetPath(Path):
    reset_id: str = Field(description="The last part of the link.")


class ListQuery(PageQuery):
    """Ids are smaller here than elsewhere."""

    before: int | None = Field(None, ge=0, le=MAX_ID, description="Only entries before this id.")
    after: int | None = Field(None, ge=0, le=MAX_ID, description="Only entries after this id.")


class EntryListQuery(ListQuery):
    """Of short lists, which fit into one page."""

    limit: int = Field(MAX_LIMIT, ge=1, le=MAX_LIMIT, description="Entries at most.")


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


class FeedQuery(Query):
    after: int = Field(-1, ge=-1, le=MAX_ID, description="Only later entries; -1: from now on.")
    limit: int = Field(500, ge=1, le=1000)


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
    title: Title | None = Field(None, description="What you do here, or who you are.")
    time_zone: TimeZone | None = None
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


class WantedPasswordReset(Body):
    email: Email


class ChosenPassword(Body):
    password: NewPassword


class NewSession(Body):
    login: Annotated[Line, Field(min_length=1, max_length=320)] = Field(
        description="Nickname or email."
    )
    password: AnyPassword
    replaces: str | None = Field(
        None, description="The session token that this browser had before; that session ends."
    )


class CodeOfSecondStep(Body):
    challenge: HandedOut = Field(description="From the answer to the password.")
    code: Annotated[Line, Field(min_length=1, max_length=64)] = Field(
        description="Of the authenticator app, or a recovery code."
    )
    replaces: str | None = Field(None, description="As with the password.")


class PasskeyPath(Path):
    passkey_id: int


class PasskeyQuestion(Body):
    challenge: HandedOut | None = Field(
        None, description="Of a login that lacks its second step; without it any passkey will do."
    )


class PasskeyLogin(Body):
    challenge: HandedOut
    credential: dict[str, Any] = Field(description="The browser's `PublicKeyCredential` as JSON.")
    replaces: str | None = Field(None, description="As with the password.")


PasskeyName = Annotated[Line, Field(min_length=1, max_length=MAX_TOKEN_NAME)]


class NewPasskey(Body):
    name: PasskeyName
    challenge: HandedOut
    credential: dict[str, Any] = Field(description="The browser's `PublicKeyCredential` as JSON.")


class PasskeyChanges(Body):
    name: PasskeyName


class StartedOpenId(Body):
    invite: HandedOut | None = None


class FinishedOpenId(Body):
    challenge: HandedOut
    state: Annotated[str, Field(max_length=200)]
    code: Annotated[Line, Field(min_length=1, max_length=4000)]
    replaces: str | None = None


class ConnectingPassword(Body):
    challenge: HandedOut
    password: AnyPassword
    replaces: str | None = None


class IdentityPath(Path):
    identity_id: int


class FirstCode(Body):
    code: Annotated[Line, Field(min_length=1, max_length=64)]


class Confirmation(Body):
    password: AnyPassword


class Refresh(Body):
    session_token: HandedOut


class InviteToCheck(Body):
    token: str


class InternalBot(Body):
    name: str


class NewToken(Body):
    name: Annotated[Line, Field(min_length=1, max_length=MAX_TOKEN_NAME)]
    scopes: list[Scope] = Field(["read", "write"], min_length=1, max_length=2)
    expires_in: int | None = Field(None, ge=60, le=YEARS_10, description="Seconds; null: never.")


class InviteListQuery(EntryListQuery):
    ended: bool = Field(False, description="Those that cannot be used any more, in their place.")


class NewInvite(Body):
    role: InviteRole = "member"
    uses: int = Field(1, ge=1, le=MAX_USES, description="Accounts that can be created with it.")
    expires_in: int | None = Field(None, ge=60, le=30 * 86400, description="Seconds.")


class SettingsChanges(Body):
    """Absent fields stay unchanged; null brings back the value of the environment."""

    place_name: Annotated[Line, Field(min_length=1, max_length=MAX_PLACE_NAME)] | None = None
    registration: Registration | None = None
    next_steps_dismissed: bool | None = None


class AuditQuery(ListQuery):
    actor_id: int | None = Field(None, ge=1, le=MAX_ID, description="Only acts of this person.")
    person_id: int | None = Field(
        None, ge=1, le=MAX_ID, description="Only acts of this person, or that concern them."
    )
    action: str | None = Field(None, max_length=40, description="Such as `role.changed`.")
    since: AwareDatetime | None = Field(None, description="Only acts at this time or later.")
    until: AwareDatetime | None = Field(None, description="Only acts before this time.")


class ReportedAct(Body):
    """An act in another service."""

    key: Annotated[str, Field(min_length=1, max_length=36)]
    date: AwareDatetime
    action: Annotated[str, Field(min_length=1, max_length=40)]
    actor_id: int | None
    user_id: int | None
    address: Annotated[str, Field(max_length=64)]
    detail: dict[str, str | int | None]


class ReportedActs(Body):
    acts: list[ReportedAct]


class UserList(RootModel[list[User]]):
    """By id."""


class SessionList(RootModel[list[Session]]):
    """Latest used first."""


class TokenList(RootModel[list[Token]]):
    """By id."""


class PasskeyList(RootModel[list[Passkey]]):
    """By id."""


class InviteList(RootModel[list[Invite]]):
    """By id."""


class AuditList(RootModel[list[AuditEntry]]):
    """Latest first."""


class PersonToImport(Body):
    """As another place describes them; what is not allowed here is replaced."""

    id: str = Field(min_length=1, max_length=200)
    nickname: str = Field(min_length=1, max_length=200)
    name: str = Field(max_length=1000)
    email: str | None = Field(None, max_length=MAX_EMAIL)
    role: str = "member"


class PeopleToImport(Body):
    """`source` names the place that they come from."""

    source: str = Field(min_length=1, max_length=100)
    people: list[PersonToImport] = Field(max_length=200)
