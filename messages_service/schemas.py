"""Schemas that several resources share; OpenAPI is generated from them."""

from typing import Annotated

from pydantic import Field, StringConstraints

from servicekit.web.schemas import Path

ClientId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.:-]{1,64}$")]
Seq = Annotated[int, Field(ge=0, le=2**53)]


class UserPath(Path):
    user_id: int
