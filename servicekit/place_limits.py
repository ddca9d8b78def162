"""Limits that the environment sets and administrators lower in the browser."""

from collections.abc import Mapping
from typing import Annotated, Final, cast

from limits import parse
from pydantic import Field
from typing_extensions import TypedDict

from servicekit.rates import RatePerHour, RatePerTenSeconds
from servicekit.settings import Settings

LONGEST_TEXT: Final = 10_000
LEAST: Final = {"content": 100, "upload_bytes": 1_000, "stored_bytes": 1_000}


class LimitSettings(Settings):
    """The greatest values."""

    rate_messages: RatePerTenSeconds = Field(
        "60 per 10 second",
        description="Messages that a person may send: a number per 10 s, or like `100/minute`. "
        "An admin may lower it in the browser, as the next four.",
    )
    rate_new_conversations: RatePerHour = Field(
        "30 per 1 hour",
        description="Rooms, groups and direct conversations that a member may make; admins any.",
    )
    rate_new_members: RatePerHour = Field(
        "200 per 1 hour",
        description="People that a member may bring into conversations; admins any.",
    )
    max_upload_bytes: int = Field(
        100_000_000, ge=1, description="Bytes that one file may have.", le=2**40
    )
    upload_quota_bytes: int = Field(
        2_000_000_000, ge=1, le=2**50, description="Bytes of files that one person may store."
    )


class PlaceLimits(TypedDict, total=False):
    """A value for each limit."""

    content: Annotated[int, Field(description="Characters of a message.")]
    upload_bytes: Annotated[int, Field(description="Bytes of a file.")]
    stored_bytes: Annotated[int, Field(description="Bytes of all files of a person.")]
    messages: Annotated[int, Field(description="Messages of a person within `seconds`.")]
    new_conversations: Annotated[
        int, Field(description="Conversations that a member makes within `seconds`.")
    ]
    new_members: Annotated[int, Field(description="People that a member adds within `seconds`.")]


class Bound(TypedDict):
    """The values that an administrator may choose; a rate counts within `seconds`."""

    least: int
    most: int
    seconds: int | None


def bounds_of(settings: LimitSettings) -> dict[str, Bound]:
    """By the name of the limit."""
    return {
        "content": _size("content", LONGEST_TEXT),
        "upload_bytes": _size("upload_bytes", settings.max_upload_bytes),
        "stored_bytes": _size("stored_bytes", settings.upload_quota_bytes),
        "messages": _rate(settings.rate_messages),
        "new_conversations": _rate(settings.rate_new_conversations),
        "new_members": _rate(settings.rate_new_members),
    }


def limits_within(bounds: Mapping[str, Bound], chosen: Mapping[str, int]) -> PlaceLimits:
    """The chosen values, as far as they are within the bounds; else the greatest ones."""
    return cast(
        PlaceLimits,
        {
            name: max(min(chosen.get(name, bound["most"]), bound["most"]), bound["least"])
            for name, bound in bounds.items()
        },
    )


def _size(name: str, most: int) -> Bound:
    return {"least": min(LEAST[name], most), "most": most, "seconds": None}


def _rate(rate: str) -> Bound:
    item = parse(rate)
    return {"least": 1, "most": item.amount, "seconds": item.get_expiry()}
