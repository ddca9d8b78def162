"""Requests for the ways to log in beside the password."""

from typing import Annotated, Any

from pydantic import Field, RootModel

from servicekit.web.schemas import Body, Line, Path
from users_service.schemas.fields import MAX_TOKEN_NAME, AnyPassword, Email, HandedOut, NewPassword
from users_service.shapes.sign_in import Passkey


class EmailConfirmationPath(Path):
    confirmation_id: str = Field(
        pattern="^[A-Za-z0-9_=-]{1,1000}$", description="The last part of the link."
    )


class PasswordResetPath(Path):
    reset_id: str = Field(description="The last part of the link.")


class WantedPasswordReset(Body):
    email: Email


class ChosenPassword(Body):
    password: NewPassword


class NewSessionWithCode(Body):
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


class NewSessionWithPasskey(Body):
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


class PasskeyList(RootModel[list[Passkey]]):
    """By id."""
