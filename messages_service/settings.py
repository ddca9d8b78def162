"""Every setting of messages_service."""

from pydantic import Field

from servicekit.mail import MailSettings
from servicekit.place_limits import LimitSettings
from servicekit.rates import RatePerTenSeconds
from servicekit.settings import DataServiceSettings


class MessagesSettings(DataServiceSettings, MailSettings, LimitSettings):
    """Settings of messages_service."""

    rate_writes: RatePerTenSeconds = Field(
        "100 per 10 second",
        description="Changes of any kind that a person, or an address without one, may make.",
    )
    link_previews: bool = Field(
        False,
        description="Whether the server fetches linked pages to show their titles and pictures.",
    )
    webhook_private_networks: bool = Field(
        False,
        description="Whether webhooks and commands may call private networks and any port.",
    )
    max_import_bytes: int = Field(
        20_000_000_000, ge=1, le=2**50, description="Bytes that an imported archive may have."
    )
    push_contact: str = Field(
        "",
        description="Where push services reach the operator, `mailto:…` or `https://…`;"
        " PUBLIC_URL if it is empty.",
    )
    push_private_networks: bool = Field(
        False,
        description="Whether push services may be on private networks: with one of your own.",
    )
    digest_after_minutes: int = Field(
        30,
        ge=0,
        le=10_080,
        description="How long a mention or direct message stays unread until it goes by e-mail.",
    )
    digest_hours: float = Field(
        24, ge=0, le=720, description="Hours from one such e-mail to a person to the next."
    )
