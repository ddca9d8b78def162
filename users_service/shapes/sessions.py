"""Sessions, tokens and tickets."""

from typing_extensions import TypedDict

from users_service.shapes.people import User
from users_service.shapes.values import Moment, Scope, Seconds, ShownOnce


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
