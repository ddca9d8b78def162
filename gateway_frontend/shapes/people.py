"""People."""

from typing import NotRequired, TypedDict


class Person(TypedDict):
    """The fields of a person that both data services have."""

    id: int
    name: str
    nickname: str
    avatar_url: str | None


class Author(Person):
    """A person as messages_service describes them."""

    bot: NotRequired[bool]
    status_emoji: NotRequired[str]


class BlockedPerson(Author):
    blocked_at: str


class Status(TypedDict):
    emoji: str | None
    text: str
    until: str | None


class User(Person):
    """A person as users_service describes them.

    `theme` and `language` are the caller's own; administrators see the two fields after these.
    """

    role: str
    active: bool
    title: str | None
    time_zone: str | None
    status: Status | None
    dnd_until: str | None
    email: NotRequired[str]
    theme: NotRequired[str]
    language: NotRequired[str | None]
    two_step: NotRequired[bool]
    passkeys: NotRequired[int]


class Reader(Person):
    """The person for whom a page is drawn."""

    blocked_ids: NotRequired[list[int]]
