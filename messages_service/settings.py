"""Every setting of messages_service."""

from pydantic import Field

from servicekit.rates import RatePerTenSeconds
from servicekit.settings import DataServiceSettings


class MessagesSettings(DataServiceSettings):
    """What messages_service can be told."""

    rate_messages: RatePerTenSeconds = Field(
        "60 per 10 second",
        description="Messages that a person may send: a number per 10 s, or like `100/minute`.",
    )
    max_upload_bytes: int = Field(
        100_000_000, ge=1, description="Bytes that one file may have.", le=2**40
    )
    upload_quota_bytes: int = Field(
        2_000_000_000, ge=1, le=2**50, description="Bytes of files that one person may store."
    )
