"""Sessions, tokens and the ways to log in."""

from typing import Any, TypedDict

from gateway_frontend.shapes.people import User


class RefreshedSession(TypedDict):
    """A new access token for a session."""

    access_token: str
    expires_in: int
    user: User


class CreatedSession(RefreshedSession):
    session_token: str


class Ticket(TypedDict):
    token: str
    expires_in: int


class Session(TypedDict):
    id: int
    current: bool
    user_agent: str
    address: str
    created_at: str
    last_used_at: str


class Token(TypedDict):
    id: int
    name: str
    scopes: list[str]
    created_at: str
    last_used_at: str | None
    expires_at: str | None


class CreatedToken(Token):
    token: str


class PasswordReset(TypedDict):
    name: str
    nickname: str
    expires_at: str


class CreatedPasswordReset(PasswordReset):
    url: str


class TwoStep(TypedDict):
    since: str
    recovery_codes_left: int


class Identity(TypedDict):
    """A login of the OpenID Connect provider."""

    id: int
    email: str | None
    created_at: str


class OpenIdStart(TypedDict):
    challenge: str
    url: str


class OpenIdEnd(TypedDict):
    url: str | None


class SignIn(TypedDict):
    """How a person logs in."""

    has_password: bool
    confirmed_until: str | None
    two_step: TwoStep | None
    passkey_origin: str | None
    provider: str | None
    identities: list[Identity]


class Passkey(TypedDict):
    id: int
    name: str
    created_at: str
    last_used_at: str | None


class PasskeyChallenge(TypedDict):
    """`options` are for the browser; `challenge` goes with its answer."""

    challenge: str
    options: dict[str, Any]


class NewAuthenticatorApp(TypedDict):
    secret: str
    uri: str
    qr_svg: str


class RecoveryCodes(TypedDict):
    recovery_codes: list[str]


class RequestedMail(TypedDict):
    by_email: bool
    detail: str


class Registration(TypedDict):
    """The rule for sign-up, and whether the first account is missing."""

    registration: str
    is_first: bool
    resets_by_email: bool
    passkey_origin: str | None
    provider: str | None


class InviteCheck(TypedDict):
    open: bool
