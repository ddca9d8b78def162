"""Every setting of users_service."""

from typing import Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from servicekit.loopback import is_loopback
from servicekit.mail import MailSettings
from servicekit.place_limits import LimitSettings
from servicekit.rates import RatePerHour
from servicekit.settings import DataServiceSettings
from users_service.shapes.values import Registration


class UsersSettings(DataServiceSettings, MailSettings, LimitSettings):
    """The settings of users_service."""

    place_name: str = Field(
        "Parley",
        min_length=1,
        description="The name of this Parley, on every page, until an admin changes it there.",
    )
    registration: Registration = Field(
        "open",
        description="Who may create an account: anybody, people with an invite, or only admins. "
        "Applies until an admin changes it in the browser.",
    )
    rate_account_logins: RatePerHour = Field(
        "5 per minute;20 per hour",
        description="Failed logins for one account from one address, or one browser.",
    )
    rate_logins: RatePerHour = Field(
        "100 per hour",
        description="Failed logins from one address, or for one account from anywhere, after which "
        "RATE_RATIONED_LOGINS applies.",
    )
    rate_rationed_logins: RatePerHour = Field(
        "3 per hour",
        description="Failed logins for one account from one address after RATE_LOGINS is spent, "
        "except from browsers that logged in to it before.",
    )
    rate_signups: RatePerHour = Field("100 per hour", description="New accounts from one address.")
    rate_taken_emails: RatePerHour = Field(
        "20 per hour",
        description="Sign-ups from one address that are refused because the e-mail is taken.",
    )
    rate_password_resets: RatePerHour = Field(
        "5 per hour", description="Links for a new password that are asked for one e-mail address."
    )
    rate_address_password_resets: RatePerHour = Field(
        "30 per hour", description="The same from one address of the network."
    )
    openid_issuer: str = Field(
        "",
        description="Address of an OpenID Connect provider with which people log in; empty: none.",
    )
    openid_client_id: str = Field("", description="The name of this Parley at the provider.")
    openid_client_secret: SecretStr = Field(
        SecretStr(""), description="Its password there; empty for a public client."
    )
    openid_label: str = Field("", description="The provider's name on the button of the login.")
    rate_changes: RatePerHour = Field(
        "60 per minute;600 per hour",
        description="Changes by one person: profile, password, picture, tokens, sessions, invites.",
    )
    rate_address_changes: RatePerHour = Field(
        "600 per minute;6000 per hour", description="The same from one address."
    )
    rate_tokens: RatePerHour = Field(
        "300 per minute",
        description="Access tokens and tickets made for one session or API token, each kind by "
        "itself.",
    )
    rate_address_tokens: RatePerHour = Field(
        "6000 per minute", description="The same from one address, all kinds together."
    )
    session_idle_seconds: int = Field(
        14 * 86400, ge=60, description="Idle timeout of a session, in seconds."
    )
    session_max_seconds: int = Field(
        90 * 86400, ge=60, description="Maximum age of a session, in seconds."
    )
    invite_seconds: int = Field(
        3 * 86400,
        ge=60,
        description="Lifetime of an invite in seconds, unless it has a shorter one.",
    )
    password_time_cost: int = Field(2, ge=2, le=16, description="Passes of argon2id.")
    password_memory_kib: int = Field(
        19 * 1024, ge=19 * 1024, le=2**21, description="Memory of one argon2id hash, in KiB."
    )
    password_hashers: int = Field(
        4, ge=1, le=64, description="Passwords hashed at once by a process; more wait their turn."
    )

    @model_validator(mode="after")
    def _provider_is_complete(self) -> Self:
        if not self.openid_issuer:
            return self
        if not self.openid_client_id:
            raise ValueError("OPENID_ISSUER needs an OPENID_CLIENT_ID")
        url = urlsplit(self.openid_issuer)
        if url.scheme != "https" and not is_loopback(url.hostname or ""):
            raise ValueError(f"OPENID_ISSUER must begin with https://, not {self.openid_issuer}")
        return self
