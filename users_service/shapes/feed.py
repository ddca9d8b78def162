"""Shapes for the other services: the keys of access tokens, and the feed."""

from typing import Literal

from typing_extensions import TypedDict

from users_service.shapes.people import Status
from users_service.shapes.place import Place
from users_service.shapes.values import Moment, Role


class Jwk(TypedDict):
    kid: str
    kty: Literal["OKP"]
    crv: Literal["Ed25519"]
    x: str
    use: Literal["sig"]
    alg: Literal["EdDSA"]


class Jwks(TypedDict):
    keys: list[Jwk]


class Profile(TypedDict):
    """A person as the other services copy them; the data of `user.*` in the feed."""

    id: int
    name: str
    nickname: str
    email: str
    email_confirmed: bool
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
