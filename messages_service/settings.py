"""Every setting of messages_service."""

from typing import Annotated

from limits import RateLimitItem, RateLimitItemPerSecond, parse
from pydantic import AfterValidator, Field

from servicekit.settings import DataServiceSettings

DEFAULT_WINDOW_SECONDS = 10


def parse_rate(rate: str) -> RateLimitItem:
    """`60` means 60 in ten seconds; anything else is read as `limits` writes it: `100/minute`."""
    if rate.isascii() and rate.isdigit() and int(rate) > 0:
        return RateLimitItemPerSecond(int(rate), DEFAULT_WINDOW_SECONDS)
    return parse(rate)


def _is_rate(rate: str) -> str:
    try:
        parse_rate(rate)
    except ValueError:
        raise ValueError("must be a number (per 10 s) or like '100/minute'") from None
    return rate


class MessagesSettings(DataServiceSettings):
    """What messages_service can be told."""

    rate_messages: Annotated[str, AfterValidator(_is_rate)] = Field(
        "60",
        coerce_numbers_to_str=True,
        description="Messages that a person may send: a number per 10 s, or like `100/minute`.",
    )
    max_upload_bytes: int = Field(
        100_000_000, ge=1, description="Bytes that one file may have.", le=2**40
    )
    upload_quota_bytes: int = Field(
        2_000_000_000, ge=1, le=2**50, description="Bytes of files that one person may store."
    )
