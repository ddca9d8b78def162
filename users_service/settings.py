"""Every setting of users_service."""

from typing import Literal

from pydantic import Field

from servicekit.rates import RatePerHour
from servicekit.settings import DataServiceSettings


class UsersSettings(DataServiceSettings):
    """What users_service can be told."""

    registration: Literal["open", "invite", "closed"] = Field(
        "open", description="Who may make an account: anybody, people with an invite, or nobody."
    )
    rate_logins: RatePerHour = Field(
        "100 per hour", description="Failed logins taken from one address before it has to wait."
    )
    rate_account_logins: RatePerHour = Field(
        "20 per 10 minute", description="Failed logins taken for one account before it has to wait."
    )
    rate_signups: RatePerHour = Field(
        "100 per hour", description="New accounts taken from one address before it has to wait."
    )
    session_idle_seconds: int = Field(
        14 * 86400, ge=60, description="A session ends when it was not used for so long."
    )
    session_max_seconds: int = Field(
        90 * 86400, ge=60, description="A session ends so long after the login, used or not."
    )
    invite_seconds: int = Field(
        3 * 86400, ge=60, description="An invite can be used for so long, unless it says less."
    )
    password_time_cost: int = Field(2, ge=2, le=16, description="Passes of argon2id.")
    password_memory_kib: int = Field(
        19 * 1024, ge=19 * 1024, le=2**21, description="Memory of one argon2id hash, in KiB."
    )
    password_hashers: int = Field(
        4, ge=1, le=64, description="Passwords hashed at once by a process; more wait their turn."
    )
