"""The JSON of people, sessions, tokens, invites and the feed, each written down once.

Answers and feed entries are built from these types, and OpenAPI is generated from them.
"""

from datetime import datetime
from typing import Annotated, Any, Literal, NotRequired

from pydantic import Field, PlainSerializer

# Pydantic refuses `typing.TypedDict` before Python 3.12.
from typing_extensions import TypedDict

from servicekit.times import isoformat

Role = Literal["admin", "member", "guest", "bot"]
InviteRole = Literal["member", "guest"]
Registration = Literal["open", "invite", "closed"]
Scope = Literal["read", "write"]
Theme = Literal["light", "dark", "system"]
Moment = Annotated[datetime, PlainSerializer(isoformat, return_type=str, when_used="json")]
Seconds = Annotated[int, Field(description="Seconds.")]
ShownOnce = Annotated[str, Field(description="Shown this once.")]


class Status(TypedDict):
    emoji: str | None
    text: str
    until: Annotated[Moment | None, Field(description="When it ends by itself; null: never.")]


class User(TypedDict):
    id: int
    name: str
    nickname: str
    email: NotRequired[
        Annotated[str, Field(description="Absent unless it is yours, or you are an admin.")]
    ]
    role: Role
    active: bool
    avatar_url: str | None
    title: str | None
    time_zone: str | None
    status: Status | None
    dnd_until: Annotated[Moment | None, Field(description="Do not disturb before this time.")]
    language: NotRequired[Annotated[str | None, Field(description="Absent unless it is yours.")]]
    theme: NotRequired[Annotated[Theme, Field(description="Absent unless it is yours.")]]
    two_step: NotRequired[
        Annotated[bool, Field(description="Two-step login is on. Only with `inactive=true`.")]
    ]
    passkeys: NotRequired[
        Annotated[int, Field(description="How many there are. Only with `inactive=true`.")]
    ]
    created_at: Moment
    updated_at: Moment


class CreatedUser(User):
    token: NotRequired[
        Annotated[
            str,
            Field(description="An API token, shown this once; absent with `with_token: false`."),
        ]
    ]


class AccessToken(TypedDict):
    access_token: str
    expires_in: Seconds


class RefreshedSession(AccessToken):
    user: User


class CreatedSession(RefreshedSession):
    session_token: str
    session_id: int


class Ticket(TypedDict):
    token: str
    expires_in: Seconds


class Session(TypedDict):
    id: int
    current: bool
    user_agent: str
    address: str
    created_at: Moment
    last_used_at: Moment
    expires_at: Moment


class Token(TypedDict):
    id: int
    name: str
    scopes: list[Scope]
    created_at: Moment
    last_used_at: Moment | None
    expires_at: Moment | None


class CreatedToken(Token):
    token: ShownOnce


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


class PasswordReset(TypedDict):
    """The person who chooses a new password, and until when."""

    id: Annotated[str, Field(description="The last part of the link.")]
    name: str
    nickname: str
    expires_at: Moment


class CreatedPasswordReset(PasswordReset):
    url: Annotated[str, Field(description="Send it to the person. Shown this once.")]


class RequestedPasswordReset(TypedDict):
    """The same for every address, so that nobody learns who has an account."""

    by_email: Annotated[
        bool, Field(description="False where no e-mail is sent: ask an administrator for a link.")
    ]
    detail: str


class TwoStep(TypedDict):
    since: Moment
    recovery_codes_left: int


class Passkey(TypedDict):
    id: int
    name: str
    created_at: Moment
    last_used_at: Moment | None


class PasskeyChallenge(TypedDict):
    """`options` are for the browser, `navigator.credentials`; `challenge` goes with its answer."""

    challenge: str
    options: dict[str, Any]


class Identity(TypedDict):
    """A login of the OpenID Connect provider."""

    id: int
    email: str | None
    created_at: Moment
    last_used_at: Moment | None


class OpenIdStart(TypedDict):
    challenge: str
    url: str


class SignIn(TypedDict):
    """How a person logs in."""

    has_password: bool
    confirmed_until: Annotated[
        Moment | None,
        Field(description="Until when this session may change how you log in; null: not now."),
    ]
    two_step: TwoStep | None
    passkey_origin: Annotated[
        str | None, Field(description="Where passkeys work; null: nowhere, for lack of a domain.")
    ]
    provider: Annotated[
        str | None, Field(description="The name of the OpenID Connect provider; null: none.")
    ]
    identities: Annotated[
        list[Identity], Field(description="Logins of the provider that open your account.")
    ]


class NewAuthenticatorApp(TypedDict):
    """For the app: as a picture, as a link, or typed in."""

    secret: ShownOnce
    uri: str
    qr_svg: str


class RecoveryCodes(TypedDict):
    recovery_codes: Annotated[list[str], Field(description="Each works once. Shown this once.")]


class Jwk(TypedDict):
    kid: str
    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class Jwks(TypedDict):
    keys: list[Jwk]


class SignupRule(TypedDict):
    """The rule for sign-up, whether the first account, the administrator's, is missing, and
    whether links for new passwords are sent by e-mail.
    """

    registration: Registration
    is_first: bool
    resets_by_email: bool
    passkey_origin: str | None
    provider: str | None


class Place(TypedDict):
    """The part of the settings that everybody sees; the data of `place.changed` in the feed."""

    place_name: str
    registration: Registration
    icon_url: str | None


class PlaceSettings(Place):
    next_steps_dismissed: Annotated[
        bool, Field(description="Whether pages no longer offer the first steps to admins.")
    ]


class AuditEntry(TypedDict):
    id: int
    date: Moment
    action: str
    actor_id: Annotated[int | None, Field(description="Null for the command line and strangers.")]
    user_id: Annotated[int | None, Field(description="The person concerned.")]
    address: str
    detail: dict[str, str | int | None]


class Profile(TypedDict):
    """A person as the other services copy them; the data of `user.*` in the feed."""

    id: int
    name: str
    nickname: str
    email: str
    role: Role
    active: bool
    avatar_url: str | None
    title: str | None
    time_zone: str | None
    language: str | None
    status: Status | None
    dnd_until: Moment | None
    updated_at: Moment


class RevokedUser(TypedDict):
    """The data of `user.revoked`: access tokens from before this time are rejected."""

    user_id: int
    before: str


class RevokedSession(TypedDict):
    """The data of `session.revoked`."""

    sid: str
    user_id: int


class RetiredKeys(TypedDict):
    """The data of `keys.retired`: only this key is accepted."""

    kid: str


FeedData = Profile | Place | RevokedUser | RevokedSession | RetiredKeys


class FeedEntry(TypedDict):
    seq: int
    type: str
    data: FeedData
    date: Moment


class FeedPage(TypedDict):
    entries: list[FeedEntry]
    last_seq: int
