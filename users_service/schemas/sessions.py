"""Requests for sessions and tokens."""

from typing import Annotated

from pydantic import Field, RootModel

from servicekit.web.schemas import Body, Line, Path
from users_service.schemas.fields import MAX_TOKEN_NAME, AnyPassword, HandedOut
from users_service.schemas.people import UserPath
from users_service.shapes.sessions import Session, Token
from users_service.shapes.values import Scope

YEARS_10 = 10 * 365 * 86400


class SessionPath(Path):
    session_id: int


class TokenPath(Path):
    token_id: int


class BotTokenPath(UserPath):
    token_id: int


class NewSession(Body):
    login: Annotated[Line, Field(min_length=1, max_length=320)] = Field(
        description="Nickname or email."
    )
    password: AnyPassword
    replaces: str | None = Field(
        None, description="The session token that this browser had before; that session ends."
    )


class Refresh(Body):
    session_token: HandedOut


class NewToken(Body):
    name: Annotated[Line, Field(min_length=1, max_length=MAX_TOKEN_NAME)]
    scopes: list[Scope] = Field(["read", "write"], min_length=1, max_length=2)
    expires_in: int | None = Field(None, ge=60, le=YEARS_10, description="Seconds; null: never.")


class SessionList(RootModel[list[Session]]):
    """Latest used first."""


class TokenList(RootModel[list[Token]]):
    """By id."""
