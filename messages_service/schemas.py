"""Schemas that several resources share; OpenAPI is generated from them."""

from datetime import UTC, datetime, timedelta
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from servicekit.times import utcnow
from servicekit.web.schemas import Path

LONGEST = timedelta(days=366)


def _is_soon(moment: datetime) -> datetime:
    now = utcnow()
    if not now < moment <= now + LONGEST:
        raise ValueError("must be a time to come, within a year")
    return moment.astimezone(UTC)


ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Seq = Annotated[int, Field(ge=0, le=2**53)]
Soon = Annotated[AwareDatetime, AfterValidator(_is_soon)]
"""A time within a year from now."""


class UserPath(Path):
    user_id: int
