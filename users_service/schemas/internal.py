"""Requests of the other services."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from servicekit.web.schemas import Body, Query
from users_service.schemas.fields import MAX_EMAIL, MAX_INT


class FeedQuery(Query):
    after: int = Field(-1, ge=-1, le=MAX_INT, description="Only later entries; -1: from now on.")
    limit: int = Field(500, ge=1, le=1000)


class InternalBot(Body):
    name: str


class ReportedAct(Body):
    """An act in another service."""

    key: Annotated[str, Field(min_length=1, max_length=36)]
    date: AwareDatetime
    action: Annotated[str, Field(min_length=1, max_length=40)]
    actor_id: int | None
    user_id: int | None
    address: Annotated[str, Field(max_length=64)]
    detail: dict[str, str | int | None]


class ReportedActs(Body):
    acts: list[ReportedAct]


class PersonToImport(Body):
    """As another place describes them; what is not allowed here is replaced."""

    id: str = Field(min_length=1, max_length=200)
    nickname: str = Field(min_length=1, max_length=200)
    name: str = Field(max_length=1000)
    email: str | None = Field(None, max_length=MAX_EMAIL)
    role: str = "member"


class PeopleToImport(Body):
    """`source` names the place that they come from."""

    source: str = Field(min_length=1, max_length=100)
    people: list[PersonToImport] = Field(max_length=200)
