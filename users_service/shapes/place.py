"""The place's settings and its audit log."""

from typing import Annotated

from pydantic import Field
from typing_extensions import TypedDict

from servicekit.place_limits import Bound, PlaceLimits
from users_service.shapes.values import Moment, Registration


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
    limits: PlaceLimits


class PlaceSettings(Place):
    """`limits` are those that apply."""

    bounds: dict[str, Bound]
    sends_email: Annotated[bool, Field(description="Whether a mail server is set.")]
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
