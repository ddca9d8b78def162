"""The ways to log in."""

from typing import Annotated, Any

from pydantic import Field
from typing_extensions import TypedDict

from users_service.shapes.values import Moment, ShownOnce


class PasswordReset(TypedDict):
    """The person who chooses a new password, and until when."""

    id: Annotated[str, Field(description="The last part of the link.")]
    name: str
    nickname: str
    expires_at: Moment


class CreatedPasswordReset(PasswordReset):
    url: Annotated[str, Field(description="Send it to the person. Shown this once.")]


class RequestedMail(TypedDict):
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
