"""People, as answers and events show them and as users_service publishes them."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict


class Person(TypedDict):
    id: int
    name: str
    nickname: str
    avatar_url: str | None
    bot: NotRequired[
        Annotated[bool, Field(description="Whether a program writes from this account.")]
    ]
    status_emoji: NotRequired[
        Annotated[str, Field(description="Absent without a status that has one.")]
    ]
    icon_emoji: NotRequired[
        Annotated[str, Field(description="In place of a picture; of webhooks and commands.")]
    ]
    email: NotRequired[Annotated[str | None, Field(description="In tutorial mode only.")]]


class PublishedStatus(TypedDict):
    emoji: str | None


class PublishedProfile(TypedDict):
    """A person as users_service publishes them."""

    id: int
    name: str
    nickname: str
    email: NotRequired[str]
    email_confirmed: NotRequired[bool]
    role: NotRequired[str]
    active: NotRequired[bool]
    avatar_url: NotRequired[str | None]
    status: NotRequired[PublishedStatus | None]
    dnd_until: NotRequired[str | None]
    language: NotRequired[str | None]
    time_zone: NotRequired[str | None]
    updated_at: NotRequired[str]
