"""People."""

from typing import Annotated, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from users_service.shapes.values import Moment, Role, Theme


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
    email_confirmed: NotRequired[
        Annotated[bool, Field(description="Whether a link to it was opened. Absent like it.")]
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
